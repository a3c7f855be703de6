"""Makes a process that has this folder on its path leave the names of all modules it ever imported in MODULES_FILE."""

import atexit
import os
import sys
from pathlib import Path


def _tell() -> None:
    Path(os.environ["MODULES_FILE"]).write_text("\n".join(sorted(sys.modules)))


if "MODULES_FILE" in os.environ:
    atexit.register(_tell)
