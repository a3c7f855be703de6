"""A child that does as it is told: `python child_process.py THREADS [MISSING]`."""

import json
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from chassis.child_calls import CannotWork, Refused, serve

KEPT: list[bytes] = []


def echo(parts: Sequence[bytes]) -> Sequence[bytes]:
    """The same parts."""
    return parts


def double(parts: Sequence[bytes]) -> Sequence[bytes]:
    """Twice the parts, said beside a word that a library might print."""
    print("chatter")  # noqa: T201 - the point of it.
    return [part * 2 for part in parts]


def refuse(parts: Sequence[bytes]) -> Sequence[bytes]:
    """Never takes it."""
    raise Refused("NO_GOOD", f"「{parts[0].decode()}」は使えません。")


def fail(_parts: Sequence[bytes]) -> Sequence[bytes]:
    """Has a fault."""
    raise ZeroDivisionError("a fault of the child's")


def die(_parts: Sequence[bytes]) -> Sequence[bytes]:
    """As a decoder that reads where nothing is."""
    os.abort()


def tarry(parts: Sequence[bytes]) -> Sequence[bytes]:
    """The same parts, half a second later."""
    threading.Event().wait(0.5)
    return parts


def babble(parts: Sequence[bytes]) -> Sequence[bytes]:
    """Writes where answers go, which serve() has put out of print's reach."""
    for number in range(3, 20):
        try:
            if str(Path(f"/proc/self/fd/{number}").readlink()).startswith(("pipe:", "socket:")):
                os.write(number, parts[0])
        except OSError:
            continue
    threading.Event().wait(60)
    return ()


def wait(parts: Sequence[bytes]) -> Sequence[bytes]:
    """Works for so many seconds."""
    threading.Event().wait(float(parts[0]))
    return ()


def hoard(_parts: Sequence[bytes]) -> Sequence[bytes]:
    """Takes 200 MB in pieces that a heap keeps when they are free, the last of them not."""
    pieces = [b"x" * 10_000_000 for _ in range(20)]
    KEPT.append(b"x" * 1_000_000)
    del pieces
    return ()


def surroundings(_parts: Sequence[bytes]) -> Sequence[bytes]:
    """Which process it is, and what it was told."""
    return [json.dumps({"pid": os.getpid(), "environment": dict(os.environ)}).encode()]


def _check() -> None:
    if "MISSING" in sys.argv:
        raise CannotWork("install libfribidi0")


if __name__ == "__main__":
    known = (echo, double, refuse, fail, die, tarry, babble, wait, hoard, surroundings)
    calls = {call.__name__: call for call in known}
    serve(calls, _check, int(sys.argv[1]))
