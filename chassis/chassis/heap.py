"""How much freed memory glibc may keep, in every process of ours that works on pictures."""

ARENAS = 2
OWN_MAPPING_BYTES = 4 * 1024 * 1024
KEPT_FREE_BYTES = 16 * 1024 * 1024

ENVIRONMENT = {
    "MALLOC_ARENA_MAX": str(ARENAS),
    "MALLOC_MMAP_THRESHOLD_": str(OWN_MAPPING_BYTES),
    "MALLOC_TRIM_THRESHOLD_": str(KEPT_FREE_BYTES),
}
"""The same for a process that is about to be started, in glibc's own words."""
