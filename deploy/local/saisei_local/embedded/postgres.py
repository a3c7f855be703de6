"""A private PostgreSQL: TCP on loopback only, passwords by SCRAM, its data under the state directory."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

from saisei_local.embedded import process
from saisei_local.embedded.pg_binaries import MAJOR, binaries, server_identity
from saisei_local.embedded.ports import LOOPBACK

SUPERUSER = "saisei_admin"
START_SECONDS = 60.0
STOP_STEPS = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0))
PROGRAMS = ("postgres", "initdb")
SETTINGS = {"listen_addresses": LOOPBACK, "unix_socket_directories": "", "max_connections": "200"}
FLEETING = {"fsync": "off", "full_page_writes": "off"}
"""What is committed outlives the server, whatever ends it, but not the machine."""


def end_leftovers(state_dir: Path) -> None:
    """End a server whose supervisor was killed, should it still be shutting down."""
    data = state_dir / "postgres" / "data"
    if data.exists():
        process.end_leftovers(data, PROGRAMS, signal.SIGINT, grace=10.0)


class EmbeddedPostgres:
    """One server under our own supervision. Start it from the main thread: it ends when the starting thread does."""

    def __init__(self, state_dir: Path, port: int, password: str, *, fleeting: bool = False) -> None:
        self.port = port
        self._settings = SETTINGS | (FLEETING if fleeting else {})
        self.folder = state_dir / "postgres"
        self.data = self.folder / "data"
        self.log = state_dir / "logs" / "postgres.log"
        self._password = password
        self._process: subprocess.Popen[bytes] | None = None
        self._bin = Path()

    def url(self, database: str = "postgres") -> str:
        """The superuser's URL."""
        return f"postgresql://{SUPERUSER}:{self._password}@{LOOPBACK}:{self.port}/{database}"

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start and wait until it answers. Raises StartError."""
        self.launch()
        self.wait_ready()

    def launch(self) -> None:
        """Initialise the data folder if need be and start the server, without waiting for it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.log.parent.mkdir(mode=0o700, exist_ok=True)
        self._bin = binaries(server_identity(self.data))
        if self.data.exists():
            self._take_over()
        else:
            self._initialise()
        options = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        self._process = self._run_on(self.data, ["postgres", "-p", str(self.port), *options], self.log)

    def wait_ready(self) -> None:
        """Wait until it accepts connections. Raises StartError with the end of its log."""
        assert self._process is not None, "launch() comes first"
        process.wait_until(self._accepts, self._process, self.log, START_SECONDS)

    def stop(self) -> None:
        """Fast shutdown: open transactions roll back, everything committed is on disk."""
        if self._process is not None:
            process.stop(self._process, STOP_STEPS)
            self._process = None

    def _accepts(self) -> bool:
        probe = [str(self._bin / "pg_isready"), "-q", "-h", LOOPBACK, "-p", str(self.port), "-U", SUPERUSER]
        return subprocess.run([*probe, "-d", "postgres"], cwd="/", check=False).returncode == 0  # noqa: S603 - our own argv.

    def _take_over(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise process.StartError(f"{self.data} was made by PostgreSQL {found}; this is {MAJOR}")
        end_leftovers(self.folder.parent)
        # Nobody works in the folder now, yet the old id may have been given to another process of this user.
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _initialise(self) -> None:
        """Build the folder beside its place, so that a killed initdb leaves nothing that looks finished."""
        fresh = self.folder / "data.new"
        if fresh.exists():
            process.end_leftovers(fresh, PROGRAMS, signal.SIGKILL, grace=0.0)
            shutil.rmtree(fresh)
        fresh.mkdir(mode=0o700)
        identity = server_identity(self.data)
        if identity:
            os.chown(fresh, identity.uid, identity.gid)
        secret = self._password_file(identity)
        try:
            argv = ["initdb", "-U", SUPERUSER, "-A", "scram-sha-256", f"--pwfile=/proc/self/fd/{secret}"]
            log = self.log.with_name("initdb.log")
            initdb = self._run_on(fresh, [*argv, "--locale=C", "-E", "UTF8", "--no-instructions"], log, secret)
            process.wait_until(lambda: initdb.poll() == 0, initdb, log, START_SECONDS)
        finally:
            os.close(secret)
        fresh.rename(self.data)

    def _password_file(self, identity: process.Identity | None) -> int:
        secret = os.memfd_create("initdb-password")
        os.write(secret, f"{self._password}\n".encode())
        if identity:
            os.fchown(secret, identity.uid, identity.gid)
        return secret

    def _run_on(self, data: Path, argv: list[str], log: Path, *fds: int) -> subprocess.Popen[bytes]:
        """Run a program on a data folder by descriptor: its user need not be able to walk the folders above."""
        folder = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
        try:
            return process.spawn(
                [str(self._bin / argv[0]), *argv[1:], "-D", f"/proc/self/fd/{folder}"],
                log=log,
                death_signal=signal.SIGINT,
                identity=server_identity(data),
                pass_fds=(folder, *fds),
            )
        finally:
            os.close(folder)
