"""Where an instance's gateway is: told by the instance itself, asked directly, never guessed."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from rich.console import Console

from saisei_local.demo.instance import running_instance
from saisei_local.doctor import examine
from saisei_local.settings import LocalSettings
from saisei_local.state import StateDir, StateError
from saisei_local.up import answers


class _Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def gateway() -> Iterator[str]:
    """The URL of something that answers every GET with 200."""
    server = HTTPServer(("127.0.0.1", 0), _Ready)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _announce(state: StateDir, url: str) -> None:
    state.remember(replace(state.instance(), gateway_url=url))


async def test_doctor_asks_the_gateway_that_the_running_instance_named(state, settings, gateway):
    with state.lock():
        _announce(state, gateway)
        report = await examine(settings)
    assert report.gateway_url == gateway
    assert [check.ok for check in report.checks if check.name == "gateway"] == [True]


async def test_doctor_does_not_take_another_program_for_the_gateway(state, gateway):
    port = gateway.rpartition(":")[2]
    report = await examine(LocalSettings.load({"SAISEI_STATE_DIR": str(state.root), "SAISEI_PORT": port}))
    assert [check.ok for check in report.checks if check.name == "gateway"] == [False]


def test_demo_uses_the_address_of_the_instance_that_runs(state, settings):
    with state.lock():
        _announce(state, "http://127.0.0.1:9000")
        with running_instance(settings, Console(quiet=True)) as url:
            assert url == "http://127.0.0.1:9000"


def test_demo_sends_nothing_where_the_running_instance_has_no_gateway_yet(state, settings):
    with state.lock(), pytest.raises(StateError, match="not up yet"), running_instance(settings, Console(quiet=True)):
        pass


def test_address_of_an_instance_that_was_killed_is_forgotten_by_the_next(state):
    state.prepare()
    _announce(state, "http://127.0.0.1:9000")
    with state.lock():
        assert state.instance().gateway_url == ""


def test_readiness_is_asked_directly_whatever_proxy_is_set(gateway, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert answers(f"{gateway}/readyz")
