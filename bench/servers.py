"""A real PostgreSQL and a real RabbitMQ of this run's own, started and ended as the tests do it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from saisei_local.embedded import process

START_SECONDS = 60.0


@dataclass(frozen=True)
class Servers:
    """Where both listen, as their administrators log in."""

    postgres: str
    amqp: str

    def vhost(self, name: str) -> str:
        """The administrator's URL of one of the virtual hosts."""
        return f"{self.amqp.rstrip('/')}/{quote(name, safe='')}"


@contextmanager
def running(vhosts: Sequence[str]) -> Iterator[Servers]:
    """Both servers with these virtual hosts, for as long as the context lasts. Raises StartError."""
    with tempfile.TemporaryDirectory(prefix="saisei-bench-") as name:
        folder = Path(name)
        log, found = folder / "holder.log", folder / "servers.json"
        argv = [sys.executable, "-m", "saisei_local.embedded.hold", name, str(os.getpid()), *vhosts]
        with log.open("wb") as output:
            holder = subprocess.Popen(argv, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)  # noqa: S603 - our own argv.
        try:
            process.wait_until(found.exists, holder, log, START_SECONDS)
            yield Servers(**json.loads(found.read_text()))
        finally:
            process.stop(holder, ((signal.SIGTERM, 30.0),))
