"""`python -m saisei_local.packages`: installs each package of the workspace alone, and imports all of it.

So no package gets by on what another one happens to bring, and none carries what it should not.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
AT_ONCE = 2
NOT_IMPORTED = {"migrations", "alembic_env", "__main__"}  # Alembic runs these, or the interpreter does.
MAY_HAVE = {
    "alembic": set[str](),
    "anthropic": {"saisei-claude", "saisei-copy", "saisei-qa"},
    "budoux": {"saisei-compositor"},
    "fastapi": {"saisei-gateway"},
    "numpy": {"saisei-compositor", "saisei-image"},
    "pillow": {"saisei-compositor", "saisei-gateway", "saisei-image", "saisei-qa"},
    "replicate": {"saisei-image"},
    "sqlalchemy": set[str](),
}
EVERYTHING = "saisei-local"
PROBE = """
import importlib, importlib.metadata, json, sys
for module in sys.argv[1:]:
    importlib.import_module(module)
print(json.dumps([distribution.name.lower() for distribution in importlib.metadata.distributions()]))
"""


@dataclass(frozen=True)
class Package:
    """One member of the workspace: its distribution, and where its modules are."""

    name: str
    folder: Path
    module: str

    def modules(self) -> list[str]:
        """Every module of it that can be imported anywhere."""
        paths = [path.relative_to(self.folder).with_suffix("") for path in (self.folder / self.module).rglob("*.py")]
        wanted = [path.parts for path in sorted(paths) if not NOT_IMPORTED & set(path.parts)]
        return [".".join(parts).removesuffix(".__init__") for parts in wanted]


def workspace(root: Path) -> list[Package]:
    """The packages that the root's pyproject.toml names."""
    patterns = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["uv"]["workspace"]["members"]
    folders = [folder for pattern in patterns for folder in sorted(root.glob(pattern))]
    return [_package(folder) for folder in folders if (folder / "pyproject.toml").exists()]


def _package(folder: Path) -> Package:
    project = tomllib.loads((folder / "pyproject.toml").read_text())
    return Package(project["project"]["name"], folder, project["tool"]["uv"]["build-backend"]["module-name"])


def unwanted(name: str, installed: set[str]) -> list[str]:
    """Distributions that came with a package although it has no business with them."""
    if name == EVERYTHING:
        return []
    return sorted(each for each, owners in MAY_HAVE.items() if each in installed and name not in owners)


def examine(root: Path, uv: str, package: Package, environment: Path) -> str:
    """Installs the package into an environment of its own and imports it; returns what is wrong, or nothing."""
    sync = (uv, "sync", "--quiet", "--package", package.name, "--no-dev", "--frozen", "--python", sys.executable)
    variables = os.environ | {"UV_PROJECT_ENVIRONMENT": str(environment), "UV_PYTHON_DOWNLOADS": "never"}
    variables.pop("VIRTUAL_ENV", None)
    if problem := _failure(_run(sync, root, variables)):
        return f"{package.name} cannot be installed alone:\n{problem}"
    probe = _run((str(environment / "bin/python"), "-I", "-c", PROBE, *package.modules()), environment, variables)
    if problem := _failure(probe):
        return f"{package.name} cannot be imported alone:\n{problem}"
    extra = unwanted(package.name, set(json.loads(probe.stdout)))
    return f"{package.name} should not bring {', '.join(extra)}" if extra else ""


def _run(argv: tuple[str, ...], cwd: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(argv, cwd=cwd, env=variables, capture_output=True, text=True, check=False)  # noqa: S603 - our own argv.


def _failure(done: subprocess.CompletedProcess[str]) -> str:
    return done.stderr.strip() if done.returncode else ""


def find_uv(root: Path) -> str:
    """The uv that `make setup` used. Raises FileNotFoundError when there is none."""
    own = root / ".tools/uv/bin/uv"
    found = str(own) if own.exists() else shutil.which("uv")
    if found is None:
        raise FileNotFoundError("uv is neither in .tools nor on PATH: run `make setup`")
    return found


def main() -> int:
    """Examines every package, two at a time; the exit status is 1 when anything is wrong."""
    uv, packages = find_uv(ROOT), workspace(ROOT)
    with tempfile.TemporaryDirectory(prefix="saisei-packages-") as folder, ThreadPoolExecutor(AT_ONCE) as threads:
        found = threads.map(lambda package: examine(ROOT, uv, package, Path(folder) / package.name), packages)
        problems = [problem for problem in found if problem]
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    if not problems:
        sys.stdout.write(f"{len(packages)} packages can be installed and imported alone\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
