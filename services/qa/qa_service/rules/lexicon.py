"""Sudachi's dictionary, held while rules are at work: of its 0.2 GB a hundred megabytes are resident after a kit.

It is open again in some 40 ms.
"""

import asyncio
import time

from sudachipy import Dictionary

UNUSED_SECONDS = 5.0

_open: Dictionary | None = None
_used = 0.0


def dictionary() -> Dictionary:
    """The dictionary, which whoever has it may keep for as long as a text takes."""
    global _open, _used
    _used = time.monotonic()
    # Two threads may open it at once; one of the two is then gone with its text.
    found = _open or Dictionary(dict="core")
    _open = found
    return found


def close_unused(seconds: float = UNUSED_SECONDS) -> None:
    """Lets go of it unless somebody asked for it in these last seconds."""
    global _open
    if time.monotonic() - _used >= seconds:
        _open = None


async def close_while_unused(seconds: float = UNUSED_SECONDS) -> None:
    """Runs beside the service."""
    while True:
        await asyncio.sleep(seconds)
        close_unused(seconds)
