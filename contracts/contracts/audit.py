"""The audit log: what its entries say, and what the jobs service is asked about it."""

from datetime import datetime
from typing import Any, ClassVar

from contracts.envelope import Command
from contracts.values import Fact, Sha256


class AuditEntry(Fact):
    """One act in a team's chain. `hash` covers every other field, and so the entry before it by `prev_hash`."""

    seq: int
    at: datetime
    actor: str
    role: str
    action: str
    target_kind: str
    target_id: str
    campaign_id: str | None = None
    address: str | None = None
    user_agent: str | None = None
    request_id: str | None = None
    trace_id: str | None = None
    cascade_id: str
    event_id: str
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    prev_hash: str
    hash: Sha256


class AuditFault(Fact):
    """Where a chain is broken: the entry's number, and what was done to it as far as can be told."""

    seq: int
    kind: str
    detail: str


class ReadAudit(Command):
    """Asks for a page of the team's entries, oldest first; every filter that is given must fit."""

    type: ClassVar[str] = "audit.read"
    queue: ClassVar[str] = "jobs.queries"

    after_seq: int = 0
    limit: int = 500
    action: str | None = None
    actor: str | None = None
    target_id: str | None = None
    campaign_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class AuditPage(Fact):
    """Entries, and the number to go on after; None when there are no more."""

    items: tuple[AuditEntry, ...] = ()
    next_after: int | None = None


class VerifyAudit(Command):
    """Asks whether a stretch of the team's chain holds, from the entry after `after_seq` on."""

    type: ClassVar[str] = "audit.verify"
    queue: ClassVar[str] = "jobs.queries"

    after_seq: int = 0
    limit: int = 2000


class AuditStretch(Fact):
    """What was found in a stretch; `head_seq` and `head_hash` are the chain's end as its own table knows it."""

    checked: int
    next_after: int | None = None
    faults: tuple[AuditFault, ...] = ()
    head_seq: int
    head_hash: str


class RecordAccess(Command):
    """A person reads what only admins may; nothing is shown before this is recorded."""

    type: ClassVar[str] = "admin.read"
    queue: ClassVar[str] = "jobs.accesses"

    path: str
