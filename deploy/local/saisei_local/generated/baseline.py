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


@dataclass(frozen=True)
class Baseline:
    """The generated JSON documents of one commit, by path within the repository."""

    revision: str
    documents: dict[str, Json]


def baselines(root: Path) -> list[Baseline]:
    """The last commit, the one before it, and the newest release; empty without git or without a commit.

    The last commit judges what is not committed yet, the one before it what was just committed: in CI, on a merge
    commit, its first parent is the branch that was merged into. The newest tag `v*` judges all since that release.
    """
    revisions = [*REVISIONS, *_newest_release(root)]
    return [found for revision in revisions if (found := _committed(root, revision)) is not None]


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
