"""The chain of a team's audit entries: each one's hash covers it whole, and the hash of the one before."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from contracts.audit import AuditEntry, AuditFault

GENESIS = ""
"""What stands before the first entry."""


def entry_hash(team_id: str, entry: AuditEntry) -> str:
    """SHA-256 of everything that an entry says, with the team and the hash before it."""
    said = entry.model_dump(mode="python", exclude={"hash"})
    said["at"] = _instant(entry.at)
    return hashlib.sha256(canonical(said | {"team_id": team_id}).encode()).hexdigest()


def canonical(content: Any) -> str:
    """JSON with one spelling for one content."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def faults(team_id: str, entries: Sequence[AuditEntry], after: int, prev_hash: str) -> list[AuditFault]:
    """What is wrong with a stretch of the chain that follows the entry `after`, whose hash is `prev_hash`."""
    found: list[AuditFault] = []
    expected, places = after + 1, _Places.of(entries)
    for entry in entries:
        fault = _gap(expected, entry) or _mismatch(team_id, entry, places) or _break(entry, prev_hash)
        if fault is not None:
            found.append(fault)
        expected, prev_hash = entry.seq + 1, entry.hash
    return found


def wrong_end(last: int, last_hash: str, head: int, head_hash: str) -> AuditFault | None:
    """The fault of a chain whose newest entries were taken away or rewritten, or that goes on after its head."""
    if last == head and last_hash == head_hash:
        return None
    if last == head:
        return AuditFault(seq=head, kind="changed", detail=f"entry {head} is not the one that the chain ends with")
    if last > head:
        return AuditFault(seq=head + 1, kind="added", detail=f"{_span(head + 1, last)} not the service's own")
    return AuditFault(seq=last + 1, kind="removed", detail=f"{_span(last + 1, head)} missing at the end of the chain")


def _gap(expected: int, entry: AuditEntry) -> AuditFault | None:
    if entry.seq == expected:
        return None
    return AuditFault(seq=expected, kind="removed", detail=f"{_span(expected, entry.seq - 1)} missing")


@dataclass(frozen=True)
class _Places:
    """Where the entries of a stretch stand, by their own hash and by the one that they follow."""

    by_hash: dict[str, int]
    by_prev: dict[str, int]

    @classmethod
    def of(cls, entries: Sequence[AuditEntry]) -> "_Places":
        by_hash = {entry.hash: entry.seq for entry in entries}
        return cls(by_hash, {entry.prev_hash: entry.seq for entry in entries})

    def of_origin(self, entry: AuditEntry) -> set[int]:
        """Where an entry may have been written: after the one it follows, before the one that follows it, or beside."""
        told = {self.by_hash.get(entry.prev_hash, entry.seq) + 1, self.by_prev.get(entry.hash, entry.seq) - 1}
        return told | {entry.seq - 1, entry.seq + 1}


def _mismatch(team_id: str, entry: AuditEntry, places: _Places) -> AuditFault | None:
    if entry_hash(team_id, entry) == entry.hash:
        return None
    for origin in places.of_origin(entry):
        if entry_hash(team_id, entry.model_copy(update={"seq": origin})) == entry.hash:
            detail = f"entry {entry.seq} stands in the wrong place: it was written as entry {origin}"
            return AuditFault(seq=entry.seq, kind="reordered", detail=detail)
    return AuditFault(seq=entry.seq, kind="changed", detail=f"entry {entry.seq} is not what was written")


def _break(entry: AuditEntry, prev_hash: str) -> AuditFault | None:
    if entry.prev_hash == prev_hash:
        return None
    detail = f"entry {entry.seq} does not follow from entry {entry.seq - 1}, which was rewritten or replaced"
    return AuditFault(seq=entry.seq - 1, kind="changed", detail=detail)


def _span(first: int, last: int) -> str:
    return f"entry {first} is" if first == last else f"entries {first} to {last} are"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
