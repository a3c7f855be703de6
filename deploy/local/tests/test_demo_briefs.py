"""Whether a brief that was copied somewhere else says what it lacks."""

import shutil

import pytest

from saisei_local.demo.briefs import SAMPLE, load_brief
from saisei_local.settings import SettingsError


def test_brief_without_the_logo_it_names_says_where_it_looked_and_what_to_do(tmp_path):
    copied = tmp_path / "my-brief.yaml"
    shutil.copy(SAMPLE, copied)
    with pytest.raises(SettingsError) as refused:
        load_brief(copied)
    assert str(tmp_path / "sample_logo.png") in str(refused.value)
    assert "delete the `logo:` line" in str(refused.value)


def test_brief_copied_with_its_logo_is_taken(tmp_path):
    for file in SAMPLE.parent.glob("sample_*"):
        shutil.copy(file, tmp_path)
    assert load_brief(tmp_path / SAMPLE.name).logo == tmp_path / "sample_logo.png"
