"""Turning the first stop signal into an orderly way out."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


class Stopped(BaseException):
    """Ctrl-C or SIGTERM: leave, cleaning up on the way."""


@contextmanager
def stopping_on_signals() -> Iterator[None]:
    """The first SIGINT, SIGTERM or SIGHUP raises Stopped in the main thread; later ones leave the cleaning up alone."""
    watched = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(_number: int, _frame: object) -> NoReturn:
        for sign in watched:
            signal.signal(sign, signal.SIG_IGN)
        raise Stopped

    before = {sign: signal.signal(sign, stop) for sign in watched}
    try:
        yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
