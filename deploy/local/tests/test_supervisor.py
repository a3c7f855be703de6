"""Supervised children: restarted when they die, ended when the supervisor ends in whatever way."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from saisei_local import log_files
from saisei_local.gate import Gate
from saisei_local.supervisor import Child, Supervisor

SLEEPER = "import time; time.sleep(600)"
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""
FAILING = """
import json, time
print(json.dumps({"level": "info", "event": "fine"}))
print(json.dumps({"level": "error", "event": "render_failed", "error": "no font"}))
print("Traceback that is not JSON")
print('{"level": "error", "event": "half a li', end="", flush=True)
time.sleep(600)
"""
CHATTY = """
import json, os, time
print(json.dumps({"level": "error", "event": "before"}), "x" * 5000, sep="\\n", flush=True)
while os.fstat(1).st_size > 5000:
    time.sleep(0.01)
print(json.dumps({"level": "error", "event": "after"}), flush=True)
time.sleep(600)
"""
GATED = """
import asyncio, sys
from saisei_local.gate import passed
print("loaded", flush=True)
asyncio.run(passed(int(sys.argv[1])))
print("passed", flush=True)
"""
SUPERVISOR = """
import os, sys, time
from pathlib import Path
from saisei_local.stopping import Stopped, stopping_on_signals
from saisei_local.supervisor import Child, Supervisor
argv = [sys.executable, "-c", "import time; time.sleep(600)"]
children = [Child(n, argv, os.environ, Path(sys.argv[1]) / (n + ".log")) for n in ("a", "b")]
supervisor = Supervisor(children)
with stopping_on_signals():
    try:
        supervisor.start()
        print(*(child.pid for child in children), flush=True)
        time.sleep(600)
    except Stopped:
        supervisor.stop()
"""


@pytest.fixture
def supervise(tmp_path: Path):
    started: list[Supervisor] = []

    def make(*programs: str) -> Supervisor:
        children = [
            Child(f"child{number}", [sys.executable, "-c", program], os.environ, tmp_path / f"child{number}.log")
            for number, program in enumerate(programs)
        ]
        supervisor = Supervisor(children)
        started.append(supervisor)
        supervisor.start()
        return supervisor

    yield make
    for supervisor in started:
        supervisor.stop(seconds=5)


def test_killed_child_is_started_again_and_its_sibling_left_alone(supervise):
    supervisor = supervise(SLEEPER, SLEEPER)
    killed, sibling = (child.pid for child in supervisor.children)
    os.kill(killed, signal.SIGKILL)
    notices = _watch_until(supervisor, lambda: supervisor.children[0].pid not in (None, killed))
    assert any("child0 ended (SIGKILL)" in notice for notice in notices)
    assert supervisor.children[1].pid == sibling


def test_pause_grows_while_a_child_keeps_dying(supervise):
    supervisor = supervise("raise SystemExit(3)")
    notices = _watch_until(supervisor, lambda: supervisor.children[0].exits >= 3)
    pauses = [float(notice.rsplit(" ", 2)[1]) for notice in notices]
    assert pauses == sorted(pauses)
    assert pauses[0] < pauses[2]
    assert "status 3" in notices[0]


def test_errors_in_the_log_are_summarised_once_and_half_lines_wait(supervise):
    supervisor = supervise(FAILING)
    notices = _watch_until(supervisor, lambda: "half" in supervisor.children[0].log.read_text())
    notices += supervisor.look_after() + supervisor.look_after()
    assert notices == ["child0: render_failed no font"]


def test_full_log_begins_anew_while_its_writer_runs_and_no_error_is_missed(supervise, monkeypatch):
    monkeypatch.setattr(log_files, "LOG_LIMIT", 5000)
    supervisor = supervise(CHATTY)
    child, notices = supervisor.children[0], []
    pid = child.pid
    notices += _watch_until(supervisor, child.log.with_suffix(".log.1").exists)
    notices += _watch_until(supervisor, lambda: b"after" in child.log.read_bytes())
    notices += supervisor.look_after()
    assert notices == ["child0: before", "child0: after"]
    assert child.pid == pid
    assert "x" * 5000 in child.log.with_suffix(".log.1").read_text()


def test_child_that_ignores_the_stop_is_killed_after_the_budget(supervise):
    supervisor = supervise(STUBBORN, SLEEPER)
    _watch_until(supervisor, lambda: "deaf" in supervisor.children[0].log.read_text())
    assert supervisor.stop(seconds=0.5) == ["child0"]
    assert [child.pid for child in supervisor.children] == [None, None]


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_when_the_supervisor_ends(tmp_path, sign):
    supervisor = subprocess.Popen([sys.executable, "-c", SUPERVISOR, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    children = [int(pid) for pid in supervisor.stdout.readline().split()]
    assert all(_alive(pid) for pid in children)
    supervisor.send_signal(sign)
    supervisor.communicate()
    _until(lambda: not any(_alive(pid) for pid in children))


def test_child_loads_behind_the_gate_and_goes_on_once_it_is_open_as_does_one_that_starts_later(tmp_path):
    gate = Gate()
    argv = [sys.executable, "-c", GATED, str(gate.waiting_end)]
    child = Child("gated", argv, os.environ, tmp_path / "gated.log", (gate.waiting_end,))
    supervisor = Supervisor([child])
    supervisor.start()
    try:
        _until(lambda: "loaded" in child.log.read_text())
        assert "passed" not in child.log.read_text()
        gate.open()
        _until(lambda: "passed" in child.log.read_text())
        _watch_until(supervisor, lambda: child.log.read_text().count("passed") > 1)
    finally:
        supervisor.stop(seconds=5)


def test_json_log_of_an_earlier_run_is_not_reported_again(tmp_path):
    log = tmp_path / "old.log"
    log.write_text(json.dumps({"level": "error", "event": "long ago"}) + "\n")
    child = Child("old", [sys.executable, "-c", SLEEPER], os.environ, log)
    supervisor = Supervisor([child])
    supervisor.start()
    try:
        assert supervisor.look_after() == []
    finally:
        supervisor.stop(seconds=5)


def _alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def _watch_until(supervisor: Supervisor, condition) -> list[str]:
    notices: list[str] = []

    def look() -> bool:
        notices.extend(supervisor.look_after())
        return condition()

    _until(look)
    return notices


def _until(condition, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail("it did not happen in time")
        time.sleep(0.02)
