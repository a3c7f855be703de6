"""Breaking changes that are meant: each is named in one file, with its reason."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

PATH = "contracts/corrections.yaml"


@dataclass(frozen=True)
class Correction:
    """Changes of one document that may break somebody; `change` matches the whole of what is said of one."""

    document: str
    change: re.Pattern[str]
    reason: str

    def covers(self, told: str) -> bool:
        """True for a change that is meant, told as `document: what changed`."""
        document, _, change = told.partition(": ")
        return document == self.document and self.change.fullmatch(change) is not None


def corrections(root: Path) -> list[Correction]:
    """The repository's; none without the file. Raises ValueError for an entry without a reason."""
    path = root / PATH
    entries = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else None
    return [_correction(entry) for entry in entries or []]


def _correction(entry: dict[str, str]) -> Correction:
    if set(entry) != {"document", "change", "reason"} or not all(entry.values()):
        raise ValueError(f"{PATH}: an entry needs document, change and reason, and has {sorted(entry)}")
    return Correction(entry["document"], re.compile(entry["change"]), entry["reason"])
