"""A real PostgreSQL and a real RabbitMQ for every package's tests, shared by all workers of one run.

They start when a test first asks for them. A process of their own holds them, and it ends with the run: when the
controlling pytest process says so, or when that process is gone.
"""

import asyncio
import fcntl
import itertools
import json
import os
import select
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit
from uuid import uuid4

import pytest
import structlog

# A tests folder stands beside each package, and pytest takes the folder above both for the package of that name if the
# package has not been imported by then.
import assets  # noqa: F401
import chassis  # noqa: F401
import claude.testing
import contracts  # noqa: F401
import gateway  # noqa: F401
import lineage  # noqa: F401
import platforms  # noqa: F401

VHOSTS_PER_WORKER = 48
START_SECONDS = 60.0
FOLDER = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """The controller, or the only process, makes the run's folder."""
    if not hasattr(config, "workerinput"):
        config.stash[FOLDER] = Path(tempfile.mkdtemp(prefix="saisei-tests-"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    """Tells a worker where the run's folder is and who owns it."""
    node.workerinput["saisei_folder"] = str(node.config.stash[FOLDER])
    node.workerinput["saisei_owner"] = os.getpid()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Ends the servers and removes what they wrote, once every worker has finished."""
    folder = config.stash.get(FOLDER, None)
    if folder is not None:
        _end_holder(folder / "holder.pid")
        shutil.rmtree(folder)


@pytest.fixture(scope="session", autouse=True)
def _plain_tracebacks() -> None:
    """The default ones, with every local variable, take longer than the tests."""
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, renderer])


@pytest.fixture(scope="session")
def _servers(request: pytest.FixtureRequest) -> dict[str, str]:
    given = getattr(request.config, "workerinput", {})
    folder = Path(given["saisei_folder"]) if given else request.config.stash[FOLDER]
    workers = given.get("workercount", 1)
    names = [f"{worker}.{number}" for worker in range(workers) for number in range(VHOSTS_PER_WORKER)]
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "servers.json").exists():
            _start_holder(folder, given.get("saisei_owner", os.getpid()), names)
    return json.loads((folder / "servers.json").read_text())


@pytest.fixture(scope="session")
def postgres_admin_url(_servers: dict[str, str]) -> str:
    """The superuser's URL of the run's PostgreSQL."""
    return _servers["postgres"]


@pytest.fixture(scope="session")
def make_database(postgres_admin_url: str) -> Callable[[], str]:
    """Makes an empty database and returns the superuser's URL of it. Works with and without a running event loop."""

    def make() -> str:
        name = f"test_{uuid4().hex[:12]}"
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, _create_database(postgres_admin_url, name)).result()
        return urlunsplit(urlsplit(postgres_admin_url)._replace(path=f"/{name}"))

    return make


@pytest.fixture(scope="session")
def make_vhost(_servers: dict[str, str], request: pytest.FixtureRequest) -> Callable[[], str]:
    """Returns the administrator's URL of an empty virtual host that nobody else gets. A worker has 48 of them."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "gw0").removeprefix("gw")
    numbers = itertools.count()

    def make() -> str:
        number = next(numbers)
        assert number < VHOSTS_PER_WORKER, "no virtual host is left: share one within a module, or raise the number"
        return _servers["amqp"].rstrip("/") + "/" + quote(f"{worker}.{number}", safe="")

    return make


@pytest.fixture(scope="session")
def amqp_url(make_vhost: Callable[[], str]) -> str:
    """The administrator's URL of this worker's own virtual host."""
    return make_vhost()


@pytest.fixture(scope="module")
def module_amqp_url(make_vhost: Callable[[], str]) -> str:
    """The administrator's URL of a virtual host that this test module has to itself."""
    return make_vhost()


async def _create_database(admin_url: str, name: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(admin_url)
    try:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def claude_standin() -> Iterator[claude.testing.Provider]:
    """Whoever stands where Claude does, as a process of its own."""
    with claude.testing.running() as provider:
        yield provider


@pytest.fixture
def provider(claude_standin: claude.testing.Provider) -> claude.testing.Provider:
    """The same, with nothing asked and nothing queued."""
    claude_standin.reset()
    return claude_standin


def _start_holder(folder: Path, owner: int, vhosts: list[str]) -> None:
    argv = [sys.executable, "-m", "saisei_local.embedded.hold", "--fleeting", str(folder), str(owner), *vhosts]
    log = folder / "holder.log"
    output = (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT, 0o600)
    actions = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), output, (os.POSIX_SPAWN_DUP2, 1, 2)]
    pid = os.posix_spawn(sys.executable, argv, os.environ, file_actions=actions, setsid=True)
    (folder / "holder.pid").write_text(str(pid))
    deadline = time.monotonic() + START_SECONDS
    while not (folder / "servers.json").exists():
        if os.waitpid(pid, os.WNOHANG)[0] or time.monotonic() > deadline:
            pytest.exit(f"the test servers did not start:\n{log.read_text()}", returncode=3)
        time.sleep(0.02)


def _end_holder(pid_file: Path) -> None:
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text())
    with suppress(ProcessLookupError):
        process = os.pidfd_open(pid)
        os.kill(pid, signal.SIGTERM)
        select.select([process], [], [], START_SECONDS)
        os.close(process)
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
