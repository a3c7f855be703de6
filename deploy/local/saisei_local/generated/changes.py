"""Judges regenerated documents against those of an earlier commit."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from saisei_local.generated.api_compatibility import breaking_api
from saisei_local.generated.baseline import Baseline
from saisei_local.generated.compatibility import ACCEPTED, BOTH, Place, breaking
from saisei_local.generated.documents import Document, Json
from saisei_local.generated.messages import commands

SCHEMAS = "contracts/schemas"
OPENAPI = "contracts/openapi"


def breaking_changes(baseline: Baseline, documents: Mapping[str, Json]) -> Iterator[str]:
    """Every breaking change since a commit, as `path of the document: what happened`."""
    for path, old in baseline.documents.items():
        folder = str(PurePosixPath(path).parent)
        if folder == SCHEMAS:
            yield from (f"{path}: {change}" for change in _of_message(path, old, baseline, documents))
        elif folder == OPENAPI and path in documents:
            yield from (f"{path}: {change}" for change in breaking_api(old, documents[path]))


def _of_message(path: str, old: Json, baseline: Baseline, documents: Mapping[str, Json]) -> Iterator[str]:
    name = PurePosixPath(path).stem
    if path in documents:
        new = documents[path]
        sides = ACCEPTED if name in commands() else BOTH
        yield from breaking(Place(Document(old), Document(new), sides, name), old, new)
    elif f"{SCHEMAS}/{_successor(name)}.json" not in baseline.documents:
        yield f"the message type {name} was removed, and no {_successor(name)} was published beside it before"


def _successor(name: str) -> str:
    base, _, version = name.rpartition(".v")
    return f"{base}.v{int(version) + 1}" if base and version.isdigit() else f"{name}.v2"
