"""The stand-in as a process of its own, for whoever tests what is bought from Claude."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2


class Provider:
    """The running stand-in and its control endpoint."""

    def __init__(self, url: str, http: httpx2.Client) -> None:
        self.url = url
        self._http = http

    def reset(self) -> None:
        """Forgets what was asked and what was queued."""
        self._post("reset", {})

    def queue(self, *faults: str) -> None:
        """One fault for each coming request."""
        self._post("faults", {"faults": list(faults)})

    def say(self, *answers: str) -> None:
        """One answer's text for each coming request."""
        self._post("answers", {"answers": list(answers)})

    def ledger(self) -> dict[str, Any]:
        """What was asked and charged."""
        return self._http.get("/control/ledger").json()

    def _post(self, order: str, body: dict[str, Any]) -> None:
        self._http.post(f"/control/{order}", json=body).raise_for_status()


@contextmanager
def running() -> Iterator[Provider]:
    """Runs the stand-in on a free port."""
    command = [sys.executable, "-m", "claude.standin", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own argv.
        assert process.stdout
        url = process.stdout.readline().strip()
        try:
            with httpx2.Client(base_url=url, trust_env=False) as http:
                yield Provider(url, http)
        finally:
            process.terminate()
