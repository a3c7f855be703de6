"""The child's side of `chassis.child`: takes calls from standard input and answers on standard output.

It ends when its standard input does, so it never outlives its parent. Frames are the length of a header, the header as
JSON, and the parts whose lengths the header states; nothing is unpickled on either side.
"""

import ctypes
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, BinaryIO

LENGTH_BYTES = 4
PR_SET_PDEATHSIG = 1
"""Linux's number, from sys/prctl.h."""

REST_SECONDS = 1.0
"""After which the child gives back what it keeps for a next call."""

HELLO = 0
"""The number of the frame that says, unasked, whether the child can do its work here."""


class CannotWork(Exception):
    """The child finds that this machine lacks something, and says what to install."""


class Refused(Exception):
    """The bytes or the order will never do: `code` is for programs, the message for the person who must act."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


Call = Callable[[Sequence[bytes]], Sequence[bytes]]
"""Parts in, parts out, in one of the child's threads. Raises Refused."""


def serve(calls: Mapping[str, Call], check: Callable[[], None], threads: int) -> None:
    """Answers calls, so many at a time, until nobody can ask any more. `check` raises CannotWork."""
    # The parent says when there is no more to do, by closing standard input; should it hang on a call, by SIGKILL.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a library prints goes where the log goes, not between two frames.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    writing = threading.Lock()

    def answer(head: dict[str, Any], parts: Sequence[bytes]) -> None:
        with writing:
            answers.write(framed(head, parts))
            answers.flush()

    try:
        check()
    except CannotWork as error:
        answer({"id": HELLO, "cannot": str(error)}, ())
        return
    answer({"id": HELLO}, ())
    pool, at_work = ThreadPoolExecutor(threads), set[Future[None]]()
    worked = threading.Event()
    threading.Thread(target=_give_back_at_rest, args=(worked, at_work), daemon=True).start()

    def done(call: Future[None]) -> None:
        at_work.discard(call)
        worked.set()

    while (received := _received(sys.stdin.buffer)) is not None:
        call = pool.submit(_worked, calls, *received, answer)
        at_work.add(call)
        call.add_done_callback(done)
    if at_work:
        # Whoever asked is gone or wants no answer, and the interpreter would wait for its threads.
        os._exit(0)


def _give_back_at_rest(worked: threading.Event, at_work: Collection[object]) -> None:
    """Returns to the system what is free between blocks in use, once no call has ended for a while; glibc only."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    while trim is not None:
        worked.wait()
        worked.clear()
        # Another call that ends meanwhile starts the wait anew.
        if not worked.wait(REST_SECONDS) and not at_work:
            trim(0)


def framed(head: Mapping[str, Any], parts: Sequence[bytes]) -> bytes:
    """One frame."""
    header = json.dumps({**head, "lengths": [len(part) for part in parts]}, ensure_ascii=False).encode()
    return b"".join((len(header).to_bytes(LENGTH_BYTES), header, *parts))


def _received(source: BinaryIO) -> tuple[dict[str, Any], list[bytes]] | None:
    length = source.read(LENGTH_BYTES)
    if len(length) < LENGTH_BYTES:
        return None
    head = json.loads(source.read(int.from_bytes(length)))
    parts = [source.read(size) for size in head["lengths"]]
    return (head, parts) if [len(part) for part in parts] == head["lengths"] else None


def _worked(
    calls: Mapping[str, Call],
    head: dict[str, Any],
    parts: Sequence[bytes],
    answer: Callable[[dict[str, Any], Sequence[bytes]], None],
) -> None:
    try:
        made = calls[head["call"]](parts)
    except Refused as refusal:
        answer({"id": head["id"], "refused": [refusal.code, str(refusal)]}, ())
    except Exception:  # noqa: BLE001 - the parent raises it where the work was asked for.
        answer({"id": head["id"], "broke": traceback.format_exc()}, ())
    else:
        answer({"id": head["id"]}, made)
