"""How a person calls this command, for messages that say what to type."""

import os
import shutil
import sys
from pathlib import Path


def command() -> str:
    """`saisei` when that is what PATH finds, else the script's path, seen from here when it lies below."""
    script = Path(sys.executable).with_name("saisei")
    found = shutil.which("saisei")
    if found and os.path.realpath(found) == os.path.realpath(script):
        return "saisei"
    return str(script.relative_to(Path.cwd()) if script.is_relative_to(Path.cwd()) else script)


def command_line(*arguments: str) -> list[str]:
    """This command, run by the Python that runs now."""
    return [sys.executable, "-m", "saisei_local", *arguments]
