"""What a node loads its code from: links to the installed files that leave out what it would look through in vain."""

import re
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from saisei_local.embedded.rabbitmq_install import SERVER

_NEEDED = re.compile(r"\{\s*applications\s*,\s*\[([^\]]*)\]")
# The broker starts its database by itself, so its application file does not name it.
BROKER = ("rabbit", "mnesia")
FIRST_ANYWAY = ("kernel", "stdlib")


def link_core_plugin(folder: Path) -> None:
    """A plugins folder with nothing but the broker itself saves a third of the boot."""
    _renew(folder, _plugins().glob("rabbit-[0-9]*"))


def link_modules(folder: Path) -> None:
    """One folder with all modules the broker is built on, to be asked early, saves another third.

    Erlang's own way asks the folder of each library and each plugin in turn for each of 900 modules: 37,000 times for
    a file that is not there. What is not linked here is found that way still.
    """
    libraries = _libraries()
    needed = _closure(BROKER, libraries) - set(FIRST_ANYWAY)
    _renew(folder, (module for name in sorted(needed) for module in libraries[name].glob("*.beam")))


def _closure(names: Iterable[str], libraries: Mapping[str, Path]) -> set[str]:
    """These applications, and those that theirs say they need, as far as they are installed."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in libraries and name not in found:
            found.add(name)
            said = _NEEDED.search((libraries[name] / f"{name}.app").read_text("utf-8", errors="replace"))
            waiting += re.findall(r"\w+", said[1]) if said else ()
    return found


def _libraries() -> dict[str, Path]:
    """By application, the folder of its modules; none where there are two versions, of which Erlang is to choose."""
    erlang = shutil.which("erl")
    roots = [_plugins(), *([Path(erlang).resolve().parent.parent / "lib"] if erlang else [])]
    found = [file for root in roots for file in root.glob("*/ebin/*.app") if file.is_file()]
    times = Counter(file.stem for file in found)
    return {file.stem: file.parent for file in found if times[file.stem] == 1}


def _plugins() -> Path:
    return SERVER.resolve().parent.parent / "plugins"


def _renew(folder: Path, files: Iterable[Path]) -> None:
    """Links to these files and nothing else; those that are there stay."""
    folder.mkdir(exist_ok=True)
    if not all(entry.is_symlink() for entry in folder.iterdir()):  # Somebody's copy of the state has followed them.
        shutil.rmtree(folder)
        folder.mkdir()
    wanted = {file.name: file for file in files}
    there = {link.name: link.readlink() for link in folder.iterdir()}
    for name in there.keys() - wanted.keys():
        (folder / name).unlink()
    for name, file in wanted.items():
        if there.get(name) != file:
            (folder / name).unlink(missing_ok=True)
            (folder / name).symlink_to(file)
