"""`python -m saisei_local.generate [--check]`: writes the generated files, or says what is wrong with them."""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from saisei_local.generated.asyncapi import asyncapi
from saisei_local.generated.baseline import Baseline, ShallowHistoryError, baselines
from saisei_local.generated.changes import OPENAPI, SCHEMAS, breaking_changes
from saisei_local.generated.corrections import PATH as CORRECTIONS
from saisei_local.generated.corrections import Correction, corrections
from saisei_local.generated.documents import Json
from saisei_local.generated.messages import message_types
from saisei_local.generated.schemas import event_schema
from saisei_local.generated.services import gateway_openapi, taken
from saisei_local.services import topologies

ROOT = Path(__file__).parents[3]
ASYNCAPI = "contracts/asyncapi"
FOLDERS = (SCHEMAS, ASYNCAPI, OPENAPI)


def generated_documents() -> dict[str, Json]:
    """The JSON documents by path: a schema per message type, and the gateway's OpenAPI."""
    documents = {f"{SCHEMAS}/{name}.json": event_schema(model) for name, model in message_types().items()}
    return documents | {f"{OPENAPI}/gateway.json": gateway_openapi()}


def generated_files(documents: Mapping[str, Json]) -> dict[str, str]:
    """Every generated file's text by path."""
    files = {path: json.dumps(document, indent=2, ensure_ascii=False) + "\n" for path, document in documents.items()}
    for topology in topologies():
        files[f"{ASYNCAPI}/{topology.name}.yaml"] = asyncapi(topology, taken(topology))
    return files


def write(root: Path, files: Mapping[str, str]) -> list[str]:
    """Makes the folders hold exactly these files; returns the paths that changed."""
    changed = out_of_date(root, files)
    for path in changed:
        if path in files:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(files[path], encoding="utf-8")
        else:
            (root / path).unlink()
    return changed


def out_of_date(root: Path, files: Mapping[str, str]) -> list[str]:
    """Paths that are missing, differ, or are left over."""
    there = {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for folder in FOLDERS
        for path in sorted((root / folder).glob("*"))
    }
    return [path for path in sorted(there.keys() | files.keys()) if there.get(path) != files.get(path)]


def incompatible(
    earlier: Iterable[Baseline], documents: Mapping[str, Json], meant: Sequence[Correction] = ()
) -> list[str]:
    """Changes that break somebody and are not meant, each named once, with the nearest commit that it breaks with."""
    found: dict[str, str] = {}
    for baseline in earlier:
        for change in breaking_changes(baseline, documents):
            if not any(correction.covers(change) for correction in meant):
                found.setdefault(change, baseline.revision)
    return [f"{change} (since {revision})" for change, revision in found.items()]


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; the exit status is 1 when a check found something."""
    parser = argparse.ArgumentParser(prog="python -m saisei_local.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail when something is wrong")
    options = parser.parse_args(arguments)
    documents = generated_documents()
    files = generated_files(documents)
    if options.check:
        return check(ROOT, documents, files)
    for path in write(ROOT, files):
        sys.stdout.write(f"{path}\n")
    return 0


def check(root: Path, documents: Mapping[str, Json], files: Mapping[str, str]) -> int:
    """Says on stderr what is out of date and what breaks somebody; returns the exit status."""
    problems = [f"{path} is out of date: run `make gen` and commit it" for path in out_of_date(root, files)]
    try:
        earlier = baselines(root)
    except ShallowHistoryError as error:
        problems.append(str(error))
    else:
        problems += _breaking(earlier, documents, corrections(root))
        if not earlier:
            sys.stderr.write("There is no git history here: compatibility with earlier commits was not checked.\n")
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if problems else 0


def _breaking(earlier: Iterable[Baseline], documents: Mapping[str, Json], meant: Sequence[Correction]) -> list[str]:
    broken = incompatible(earlier, documents, meant)
    advice = (
        "A breaking change is a new type with the suffix .v2 (or a new path), beside the old one; what only corrects "
        f"a document is named in {CORRECTIONS}, with its reason."
    )
    return [*broken, advice] if broken else []


if __name__ == "__main__":
    sys.exit(main())
