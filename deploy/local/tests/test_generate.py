"""The generated files: writing them, finding them out of date, and judging them against earlier commits."""

import json
import re
import subprocess

import pytest

from saisei_local import generate
from saisei_local.generated.baseline import baselines
from saisei_local.generated.corrections import corrections

PATH = "contracts/schemas/asset.accepted.json"
AUTHOR = ("-c", "user.name=test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false")


def schema(*names):
    data = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    return {"type": "object", "properties": {"data": data}}


def files(*names):
    return {PATH: json.dumps(schema(*names))}


def git(root, *arguments):
    return subprocess.run(("git", *AUTHOR, *arguments), cwd=root, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(tmp_path):
    """A repository of its own, and a function that commits files in it."""
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "-q")
    return root, lambda *names: commit_in(root, *names)


def commit_in(root, *names):
    generate.write(root, files(*names))
    git(root, "add", ".")
    git(root, "commit", "-q", "--allow-empty", "-m", "state")


def clone_of(root, *options):
    clone = root.with_name("clone")
    git(root, "clone", "-q", *options, root.as_uri(), str(clone))
    return clone


def broken(root, *names):
    return generate.incompatible(baselines(root), {PATH: schema(*names)})


def test_written_files_are_up_to_date_and_left_over_ones_go(tmp_path):
    left_over = tmp_path / "contracts/asyncapi/gone.yaml"
    left_over.parent.mkdir(parents=True)
    left_over.write_text("x")
    assert generate.write(tmp_path, files("a")) == ["contracts/asyncapi/gone.yaml", PATH]
    assert generate.out_of_date(tmp_path, files("a")) == []
    assert not left_over.exists()


def test_file_that_was_edited_or_removed_is_out_of_date(tmp_path):
    generate.write(tmp_path, files("a"))
    (tmp_path / PATH).write_text("edited")
    assert generate.out_of_date(tmp_path, files("a")) == [PATH]
    (tmp_path / PATH).unlink()
    assert generate.out_of_date(tmp_path, files("a")) == [PATH]


def test_check_without_history_says_what_it_could_not_do(tmp_path, capsys):
    generate.write(tmp_path, files("a"))
    assert generate.check(tmp_path, {PATH: schema("a")}, files("a")) == 0
    assert "compatibility with earlier commits was not checked" in capsys.readouterr().err


def test_check_names_the_file_and_the_command(tmp_path, capsys):
    assert generate.check(tmp_path, {PATH: schema("a")}, files("a")) == 1
    assert f"{PATH} is out of date: run `make gen`" in capsys.readouterr().err


def test_change_that_is_not_committed_is_judged_against_the_last_commit(repository):
    root, commit = repository
    commit("a", "b")
    assert broken(root, "a", "b", "c") == []
    (change,) = broken(root, "a")
    assert change == f"{PATH}: asset.accepted.data.b: removed (since HEAD)"


def test_change_that_was_just_committed_is_judged_against_the_commit_before(repository):
    root, commit = repository
    commit("a", "b")
    commit("a")
    assert broken(root, "a") == [f"{PATH}: asset.accepted.data.b: removed (since HEAD^)"]


def test_release_goes_on_binding_however_many_commits_follow(repository):
    root, commit = repository
    commit("a", "b")
    git(root, "tag", "v1.0")
    for _ in range(3):
        commit("a")
    assert broken(root, "a") == [f"{PATH}: asset.accepted.data.b: removed (since v1.0)"]


def test_break_in_the_first_of_two_commits_is_judged_against_what_was_pushed(repository):
    root, commit = repository
    commit("a", "b")
    clone = clone_of(root)
    pushed = git(clone, "rev-parse", "HEAD").strip()
    for _ in range(2):
        commit_in(clone, "a")
    assert broken(clone, "a") == [f"{PATH}: asset.accepted.data.b: removed (since {pushed})"]


def test_check_fails_in_words_where_the_clone_has_no_earlier_commit(repository, capsys):
    root, commit = repository
    commit("a", "b")
    commit("a")
    assert generate.check(clone_of(root, "--depth=1"), {PATH: schema("a")}, files("a")) == 1
    assert "git fetch --unshallow" in capsys.readouterr().err


def test_shallow_clone_with_an_earlier_commit_is_judged_against_it(repository):
    root, commit = repository
    for names in (("a", "b"), ("a", "b"), ("a",)):
        commit(*names)
    assert broken(clone_of(root, "--depth=2"), "a") == [f"{PATH}: asset.accepted.data.b: removed (since HEAD^)"]


def test_first_commit_of_all_needs_no_earlier_one(repository):
    root, commit = repository
    commit("a")
    assert generate.check(root, {PATH: schema("a")}, files("a")) == 0


def test_check_fails_on_a_breaking_change_although_the_files_are_up_to_date(repository, capsys):
    root, commit = repository
    commit("a", "b")
    generate.write(root, files("a"))
    assert generate.check(root, {PATH: schema("a")}, files("a")) == 1
    assert "asset.accepted.data.b: removed" in capsys.readouterr().err


def test_breaking_change_that_is_meant_is_named_with_its_reason_and_covers_nothing_else(repository):
    root, commit = repository
    commit("a", "b")
    changes = [change.rpartition(" (since")[0] for change in broken(root, "c")]
    assert len(changes) == 2
    entry = {"document": PATH, "change": re.escape(changes[0].partition(": ")[2]), "reason": "it never was sent"}
    (root / "contracts/corrections.yaml").write_text(json.dumps([entry]))
    left = generate.incompatible(baselines(root), {PATH: schema("c")}, corrections(root))
    assert [change.rpartition(" (since")[0] for change in left] == changes[1:]
    (root / "contracts/corrections.yaml").write_text(json.dumps([entry | {"reason": ""}]))
    with pytest.raises(ValueError, match="reason"):
        corrections(root)
