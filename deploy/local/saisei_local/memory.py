"""How much memory a process that runs services keeps."""

import asyncio
import ctypes
import gc
import sys
import time
from pathlib import Path

# glibc's numbers, from malloc.h.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
ARENAS = 1
OWN_MAPPING_BYTES = 4 * 1024 * 1024
KEPT_FREE_BYTES = 16 * 1024 * 1024
TRIM_EVERY = 1.0
GROWN_PAGES = 1024
REST_SHARE = 0.1
"""Of a processor, below which a process is at rest."""


def load_no_spares() -> None:
    """Keeps what services never use from being loaded: 4 MB and 6 MB. Call it first.

    rich is structlog's for tracebacks in colour, psutil OpenTelemetry's for process attributes that nobody asks for.
    """
    for name in ("rich", "psutil"):
        sys.modules.setdefault(name, None)  # pyright: ignore[reportArgumentType] - what import takes for "not there".


def give_memory_back() -> None:
    """Return what pictures took to the system when they are done. Call it before there are threads; glibc only.

    Left to itself, glibc keeps a heap for each thread and raises the size from which a block has a mapping of its own
    up to 32 MB, so that every buffer of a picture stays in some heap for good: after two kits, 520 MB instead of 250.
    Smaller sizes here would save little more, and cost processor time in page faults. All threads share one heap,
    because `malloc_trim` never returns what is free at the end of another: up to `KEPT_FREE_BYTES` of it stayed.
    """
    adjust = getattr(ctypes.CDLL(None), "mallopt", None)
    if adjust is None:
        return
    for option, value in (
        (M_ARENA_MAX, ARENAS),
        (M_MMAP_THRESHOLD, OWN_MAPPING_BYTES),
        (M_TRIM_THRESHOLD, KEPT_FREE_BYTES),
    ):
        adjust(option, value)


async def keep_small() -> None:
    """Settles what start-up left, then returns what is free between blocks in use: as it grows, and once at rest."""
    gc.collect()
    # What was imported stays for good: looking through it again and again would only take time.
    gc.freeze()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    pages, busy, worked = 0, 0.0, True
    while trim is not None:
        spent, busy = time.process_time() - busy, time.process_time()
        worked = worked or spent > REST_SHARE * TRIM_EVERY
        at_rest = worked and spent < REST_SHARE * TRIM_EVERY
        if at_rest or _pages() > pages + GROWN_PAGES:
            await asyncio.to_thread(trim, 0)
            pages, worked = _pages(), not at_rest
        await asyncio.sleep(TRIM_EVERY)


def _pages() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1])
