"""`scripts/bootstrap` says that all is ready only when it is."""

import io
import os
import shutil
import subprocess
import sys
import tarfile
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


def test_set_up_does_not_fetch_what_only_tests_need(machine):
    mark, run = machine
    run(listed="libfribidi.so.0")
    assert not (mark.parents[1] / ".tools" / "prometheus").exists()


PROMTOOL = "#!/bin/sh\necho promtool\n"
# Finds the package only once its lists were fetched, as a fresh machine does, unless told that it never will.
APT_GET = """#!/bin/sh
case $1 in
    update) touch "$0.lists" ;;
    download) [ -e "$0.lists" ] && cp "$0.deb" ./prometheus_2.42.0_amd64.deb ;;
esac
"""


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """All that is on the PATH of a machine on which the script is to bring promtool; its checkout lies beside."""
    tools, scripts = tmp_path / "bin", tmp_path / "checkout" / "scripts"
    tools.mkdir()
    scripts.mkdir(parents=True)
    shutil.copy(SCRIPT, scripts / "bootstrap")
    for name in (*TOOLS, "cp", "ln", "mv", "tar"):
        (tools / name).symlink_to(shutil.which(name) or name)
    (tools / "id").unlink()
    _program(tools / "id", "#!/bin/sh\necho 0\n")
    return tools


def _add_apt(tools: Path) -> None:
    with tarfile.open(tools / "apt-get.deb", "w") as package:
        member = tarfile.TarInfo("./usr/bin/promtool")
        member.size, member.mode = len(PROMTOOL), 0o755
        package.addfile(member, io.BytesIO(PROMTOOL.encode()))
    _program(tools / "apt-get", APT_GET)
    _program(tools / "dpkg-deb", '#!/bin/sh\ncp "$2" /dev/stdout\n')


def _bring(tools: Path) -> subprocess.CompletedProcess[str]:
    argv = [str(tools.parent / "checkout" / "scripts" / "bootstrap"), "promtool"]
    return subprocess.run(argv, env={"PATH": str(tools), "HOME": str(tools)}, capture_output=True, text=True)


def _brought(tools: Path) -> str:
    found = tools.parent / "checkout" / ".tools" / "prometheus" / "promtool"
    return subprocess.run([found], capture_output=True, text=True, check=True).stdout


def test_promtool_is_taken_out_of_the_package_and_nothing_else_is_kept_or_installed(tools):
    _add_apt(tools)
    told = _bring(tools)
    assert (told.returncode, told.stderr, _brought(tools)) == (0, "", "promtool\n")
    checkout = tools.parent / "checkout"
    assert [path.name for path in (checkout / ".tools" / "prometheus").iterdir()] == ["promtool"]
    assert not (checkout / ".venv").exists()
    (tools / "apt-get").unlink()
    assert _bring(tools).stdout == ""


def test_promtool_that_is_there_already_is_used(tools):
    _program(tools / "promtool", PROMTOOL)
    assert (_bring(tools).returncode, _brought(tools)) == (0, "promtool\n")


@pytest.mark.parametrize("lists", ["no apt", "unknown package"])
def test_promtool_that_cannot_be_had_is_told_in_words(tools, lists):
    if lists == "unknown package":
        _add_apt(tools)
        (tools / "apt-get.deb").unlink()
    told = _bring(tools)
    assert told.returncode == 1
    assert "Put one on PATH, or run" in told.stderr
    assert not (tools.parent / "checkout" / ".tools" / "prometheus" / "promtool").exists()
