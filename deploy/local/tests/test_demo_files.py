"""What the demo does with the folder that it is given, before and after the play."""

from pathlib import Path

import pytest

from saisei_local.demo import run_demo
from saisei_local.demo.api import Gateway
from saisei_local.demo.files import prepare_folder, write_story
from saisei_local.demo.story import Story
from saisei_local.settings import SettingsError


def _file(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"somebody's")
    return path


def _write(folder: Path) -> None:
    gateway = Gateway("http://127.0.0.1:1", "token")
    try:
        write_story(gateway, Story(campaign={"name": "春", "assets": []}), folder)
    finally:
        gateway.close()


@pytest.mark.parametrize("name", ["images/holiday.jpg", "images/image1-v1.png", "images/2024/a.jpg", "kit.json"])
def test_folder_with_files_of_somebody_else_is_refused_before_anything_starts(settings, tmp_path, name):
    theirs = _file(tmp_path / "work" / name)
    with pytest.raises(SettingsError, match="choose another folder"):
        run_demo(settings, None, None, tmp_path / "work")
    assert theirs.read_bytes() == b"somebody's"
    assert not settings.state_dir.exists()


def test_folder_that_cannot_be_made_is_refused_in_words(tmp_path):
    with pytest.raises(SettingsError, match=r"--out: .*cannot be written to"):
        prepare_folder(_file(tmp_path / "file") / "out")


def test_second_demo_replaces_what_the_first_wrote_and_nothing_else(tmp_path):
    _write(tmp_path)
    stale = [_file(tmp_path / "images" / name) for name in ("image1-v2.png", "x.composite-image2-v1.jpg")]
    kept = [_file(tmp_path / "images" / name) for name in ("holiday.jpg", "best/image1-v2.png")]
    _write(tmp_path)
    assert [path.exists() for path in stale] == [False, False]
    assert [path.exists() for path in kept] == [True, True]


def test_demo_that_was_interrupted_can_be_played_again(tmp_path):
    story = Story(campaign={"name": "春", "assets": []}, acts=[None])  # pyright: ignore[reportArgumentType]
    with pytest.raises(AttributeError):
        write_story(Gateway("http://127.0.0.1:1", "token"), story, tmp_path)
    prepare_folder(tmp_path)
