"""Log files that other processes append to, kept within a size."""

import shutil
from contextlib import suppress
from pathlib import Path

LOG_LIMIT = 20_000_000


def rotate(log: Path) -> bool:
    """Copy a full log to `<name>.log.1` and empty it; its writers, who append, go on in it. True when it was full."""
    if not log.exists() or log.stat().st_size <= LOG_LIMIT:
        return False
    with suppress(OSError):  # On a full disk, room matters more than what was logged before.
        shutil.copyfile(log, log.with_suffix(".log.1"))
    with log.open("r+b") as file:
        file.truncate()
    return True
