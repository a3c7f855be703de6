"""Waiting for a process: what ends well is never taken for what failed, however the moments fall."""

import subprocess
import sys
from pathlib import Path

import pytest

from saisei_local.embedded.process import StartError, wait_until


def _process(code: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen((sys.executable, "-c", code))


def test_process_that_ends_well_right_after_it_was_looked_at_is_ready(tmp_path: Path) -> None:
    process = _process("pass")

    def ended_well() -> bool:
        seen = process.poll() == 0
        process.wait()
        return seen

    wait_until(ended_well, process, tmp_path / "initdb.log", 10)


def test_process_that_failed_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    log = tmp_path / "initdb.log"
    log.write_text("no space left on device\n")
    with pytest.raises(StartError, match=r"initdb ended with status 3.*\n.*no space left"):
        wait_until(lambda: False, _process("raise SystemExit(3)"), log, 10)
