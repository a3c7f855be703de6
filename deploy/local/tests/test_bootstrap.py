"""`scripts/bootstrap` says that all is ready only when it is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "scripts" / "bootstrap"
TOOLS = ("sh", "dirname", "env", "grep", "id", "mkdir", "rm", "sed", "touch", "tr")
UV = '#!/bin/sh\ncase $1 in --version) echo "uv 0.9.5" ;; *) mkdir -p .venv ;; esac\n'


@pytest.fixture
def machine(tmp_path: Path):
    """Runs the script on a machine without apt; `listed` is what `ls` prints when the script looks for FriBidi."""
    tools, checkout = tmp_path / "bin", tmp_path / "checkout"
    tools.mkdir()
    (checkout / "scripts").mkdir(parents=True)
    shutil.copy(SCRIPT, checkout / "scripts" / "bootstrap")
    for name in TOOLS:
        (tools / name).symlink_to(shutil.which(name) or name)
    _program(tools / "uv", UV)
    _program(tools / "python3", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')

    def run(listed: str) -> subprocess.CompletedProcess[str]:
        _program(tools / "ls", f"#!/bin/sh\nprintf '{listed}'\n")
        env = {"PATH": str(tools), "HOME": os.environ["HOME"], "SAISEI_AMQP_URL": "amqp://elsewhere"}
        argv = [str(checkout / "scripts" / "bootstrap")]
        return subprocess.run(argv, env=env, capture_output=True, text=True, check=True)

    return checkout / ".venv" / ".ready", run


def _program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o700)


def test_set_up_that_lacks_a_package_is_not_marked_ready(machine):
    mark, run = machine
    told = run(listed="").stdout
    assert "apt-get install --no-install-recommends libfribidi0" in told
    assert not mark.exists()


def test_set_up_is_marked_ready_once_nothing_is_missing_and_the_mark_goes_with_the_package(machine):
    mark, run = machine
    for listed, ready in (("", False), ("libfribidi.so.0", True), ("", False)):
        run(listed)
        assert mark.exists() is ready
