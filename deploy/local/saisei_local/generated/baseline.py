"""What was committed before: the states that a change must be compatible with."""

import io
import json
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from saisei_local.generated.documents import Json

FOLDER = "contracts"
REVISIONS = ("HEAD", "HEAD^")
UPSTREAM = ("@{upstream}", "origin/HEAD", "origin/main", "origin/master")


class ShallowHistoryError(RuntimeError):
    """No earlier commit can be read, because the clone was made without them; the message says what to do."""


@dataclass(frozen=True)
class Baseline:
    """The generated JSON documents of one commit, by path within the repository."""

    revision: str
    documents: dict[str, Json]


def baselines(root: Path) -> list[Baseline]:
    """The last commits, where the branch left its upstream, and the newest release; empty without git or a commit.

    The last commit judges what is not committed yet, the one before it what was just committed: in CI, on a merge
    commit, its first parent is the branch that was merged into. Where the branch left its upstream judges all that is
    not pushed or merged yet, and the newest tag `v*` all since that release. Raises ShallowHistoryError.
    """
    revisions = [*REVISIONS, *_branch_points(root), *_newest_release(root)]
    found = [baseline for revision in revisions if (baseline := _committed(root, revision)) is not None]
    if [baseline.revision for baseline in found] == ["HEAD"] and _is_shallow(root):
        raise ShallowHistoryError(
            "This clone is shallow, so that compatibility with earlier commits cannot be checked: fetch them with "
            "`git fetch --unshallow --tags`, or let CI clone everything (actions/checkout: `fetch-depth: 0`)."
        )
    return found


def _is_shallow(root: Path) -> bool:
    return _git(root, "rev-parse", "--is-shallow-repository") == b"true\n"


def _branch_points(root: Path) -> list[str]:
    """The commits that HEAD has in common with what it is or will be merged into, other than HEAD itself."""
    points = [_git(root, "merge-base", "HEAD", upstream) for upstream in UPSTREAM]
    ours = [point.decode().strip() for point in points if point and point != _git(root, "rev-parse", "HEAD")]
    return list(dict.fromkeys(ours))


def _newest_release(root: Path) -> list[str]:
    tags = _git(root, "describe", "--tags", "--abbrev=0", "--match", "v*")
    return [tags.decode().strip()] if tags else []


def _committed(root: Path, revision: str) -> Baseline | None:
    archive = _git(root, "archive", "--format=tar", revision, "--", FOLDER)
    if archive is None:
        return None
    documents: dict[str, Json] = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        for member in files:
            content = files.extractfile(member) if member.name.endswith(".json") else None
            if content is not None:
                documents[member.name] = json.load(content)
    return Baseline(revision, documents)


def _git(root: Path, *arguments: str) -> bytes | None:
    """A command's output, or None when there is no git, no repository of our own, or no such commit."""
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return None
    done = subprocess.run((git, *arguments), cwd=root, capture_output=True, check=False)  # noqa: S603 - our own argv.
    return done.stdout if done.returncode == 0 else None
