"""What a killed run left in its folder is ended, and nobody else who is there."""

import signal
import subprocess

from saisei_local.embedded.process import end_leftovers, processes_in


def test_only_our_own_programs_are_ended(tmp_path):
    ours = tmp_path / "epmd"
    ours.write_text("#!/bin/sh\nread line\n")
    ours.chmod(0o700)
    shell = subprocess.Popen(["/bin/sh", "-c", "read line"], cwd=tmp_path, stdin=subprocess.PIPE)
    left = subprocess.Popen([ours], cwd=tmp_path, stdin=subprocess.PIPE)
    try:
        end_leftovers(tmp_path, ("beam.smp", "epmd"), signal.SIGTERM, grace=10.0)
        assert left.wait(10) == -signal.SIGTERM
        assert processes_in(tmp_path) == [shell.pid]
    finally:
        for process in (shell, left):
            process.kill()
            process.communicate()
