"""How the C library keeps memory in a process that runs services."""

import ctypes

# glibc's numbers, from malloc.h.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
ARENAS = 2
OWN_MAPPING_BYTES = 4 * 1024 * 1024
KEPT_FREE_BYTES = 16 * 1024 * 1024


def give_memory_back() -> None:
    """Return what pictures took to the system when they are done. Call it before there are threads; glibc only.

    Left to itself, glibc keeps a heap for each thread and raises the size from which a block has a mapping of its own
    up to 32 MB, so that every buffer of a picture stays in some heap for good: after two kits, 520 MB instead of 250.
    Smaller sizes here would save little more, and cost processor time in page faults.
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
