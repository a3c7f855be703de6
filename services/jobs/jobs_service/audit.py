"""The audit log: every act of a person, appended to its team's chain; read in pages, and checked."""

from chassis.transaction import Transaction, reply_ok
from contracts.audit import AuditEntry, AuditPage, AuditStretch, ReadAudit, RecordAccess, VerifyAudit
from contracts.envelope import AuditRecorded, Reply
from contracts.operations import RecordReplay
from jobs_service import audit_store
from jobs_service.audit_chain import entry_hash, faults, wrong_end
from jobs_service.metrics import AUDITED

MOST_FAULTS = 20
"""Of one stretch; a chain that is broken more often needs no longer list."""


async def append(event: AuditRecorded, tx: Transaction) -> None:
    """Adds an act to its team's chain, after whatever came before it."""
    seq, prev_hash = await audit_store.lock_head(tx.conn, tx.team_id)
    entry = _entry(event, tx, seq + 1, prev_hash)
    await audit_store.append(tx.conn, tx.team_id, entry)
    tx.on_commit(AUDITED.inc)


async def record_access(command: RecordAccess, tx: Transaction) -> Reply:
    """An admin reads what only admins may; the chassis records it as any other act."""
    tx.acted_on("route", command.path, after={})
    return reply_ok({})


async def record_replay(command: RecordReplay, tx: Transaction) -> Reply:
    """Somebody replays a dead letter past its service; the chassis records it as any other act."""
    tx.acted_on("dead_letter", command.id, before={"reason": command.reason}, after={"replayed": True})
    return reply_ok({})


async def read(query: ReadAudit, tx: Transaction) -> Reply:
    """One page of the team's entries."""
    entries = await audit_store.page(tx.conn, tx.team_id, query)
    following = entries[-1].seq if len(entries) == query.limit else None
    return reply_ok(AuditPage.model_construct(items=tuple(entries), next_after=following))


async def verify(query: VerifyAudit, tx: Transaction) -> Reply:
    """Checks one stretch of the team's chain, and its end against the head when the stretch reaches it."""
    head_seq, head_hash = await audit_store.head(tx.conn, tx.team_id)
    before = await audit_store.hash_at(tx.conn, tx.team_id, query.after_seq)
    page = ReadAudit(after_seq=query.after_seq, limit=query.limit)
    entries = await audit_store.page(tx.conn, tx.team_id, page)
    found = faults(tx.team_id, entries, query.after_seq, before)
    last, last_hash = (entries[-1].seq, entries[-1].hash) if entries else (query.after_seq, before)
    more = len(entries) == query.limit
    if not more and (end := wrong_end(last, last_hash, head_seq, head_hash)) is not None:
        found.append(end)
    stretch = AuditStretch(
        checked=len(entries),
        next_after=last if more else None,
        faults=tuple(found[:MOST_FAULTS]),
        head_seq=head_seq,
        head_hash=head_hash,
    )
    return reply_ok(stretch)


def _entry(event: AuditRecorded, tx: Transaction, seq: int, prev_hash: str) -> AuditEntry:
    entry = AuditEntry(
        seq=seq,
        at=event.at,
        actor=tx.actor,
        action=event.action,
        target_kind=event.target_kind,
        target_id=event.target_id,
        campaign_id=event.about,
        trace_id=event.trace_id,
        cascade_id=str(tx.context.correlation_id),
        event_id=str(tx.context.causation_id),
        before=event.before,
        after=event.after,
        prev_hash=prev_hash,
        hash="0" * 64,
        **event.origin.model_dump(),
    )
    return entry.model_copy(update={"hash": entry_hash(tx.team_id, entry)})
