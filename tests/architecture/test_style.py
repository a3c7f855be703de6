"""Limits that no linter knows: how long a file may be, what a module may be called, when a test may wait."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = (
    "assets",
    "chassis",
    "claude",
    "contracts",
    "deploy",
    "gateway",
    "lineage",
    "platforms",
    "scripts",
    "services",
    "tests",
)
LONGEST = 300
VAGUE = {"util", "utils", "common", "helper", "helpers", "misc", "shared"}
LOOPS = (ast.While, ast.For, ast.AsyncFor)
SQL_VERBS = ("SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ")
SQL_MODULES = {"store", "outbox", "inbox", "testing"}


def sources() -> list[Path]:
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in [*found, ROOT / "conftest.py"] if ".venv" not in path.parts)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_sources_are_found():
    assert {named(path) for path in sources()} >= {"conftest.py", "chassis/chassis/outbox.py", named(Path(__file__))}


def test_no_file_is_longer_than_its_limit():
    lengths = {named(path): len(path.read_text().splitlines()) for path in sources()}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_no_module_has_a_name_that_says_nothing():
    names = {named(path): {path.stem, *path.relative_to(ROOT).parent.parts} for path in sources()}
    assert [name for name, parts in names.items() if parts & VAGUE] == []


def sleeps_outside_loops(node: ast.AST, *, looping: bool = False) -> Iterator[int]:
    """Lines that sleep other than in a loop, where it paces something or asks again afterwards."""
    if isinstance(node, ast.Call) and _is_sleep(node) and not looping:
        yield node.lineno
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        looping = False
    for child in ast.iter_child_nodes(node):
        yield from sleeps_outside_loops(child, looping=looping or isinstance(node, LOOPS))


def _is_sleep(call: ast.Call) -> bool:
    zero = [isinstance(value, ast.Constant) and value.value == 0 for value in call.args]
    return ast.unparse(call.func) in ("time.sleep", "asyncio.sleep", "sleep") and not all(zero)


def test_no_test_sleeps_and_hopes():
    tests = [path for path in sources() if "tests" in path.relative_to(ROOT).parts or path.name == "conftest.py"]
    found = {named(path): list(sleeps_outside_loops(ast.parse(path.read_text()))) for path in tests}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("import time\ntime.sleep(1)", [2]),
        ("async def test():\n    await asyncio.sleep(0.1)", [2]),
        ("async def test():\n    await asyncio.sleep(0)", []),
        ("while not ready():\n    time.sleep(0.02)", []),
        ("for each in range(3):\n    publish(each)\n    time.sleep(0.02)", []),
        ("while not ready():\n    def later():\n        time.sleep(1)", [3]),
    ],
)
def test_waiting_is_told_from_polling_and_pacing(code, lines):
    assert list(sleeps_outside_loops(ast.parse(code))) == lines


def sql_in(path: Path) -> list[int]:
    """Lines of string constants that are SQL."""
    texts = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)]
    return [node.lineno for node in texts if isinstance(node.value, str) and node.value.lstrip().startswith(SQL_VERBS)]


def test_all_sql_is_in_stores_and_migrations():
    packages = [
        path for path in sources() if path.relative_to(ROOT).parts[0] in ("assets", "chassis", "gateway", "services")
    ]
    code = [path for path in packages if not {"tests", "migrations"} & set(path.parts)]
    elsewhere = [path for path in code if path.stem not in SQL_MODULES and not path.stem.endswith("_store")]
    assert {named(path): lines for path in elsewhere if (lines := sql_in(path))} == {}
