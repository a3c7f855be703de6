"""All SQL of the audit log."""

import json
from typing import Any

from contracts.audit import AuditEntry, ReadAudit
from jobs_service.audit_chain import canonical

FIRST_HEAD = "INSERT INTO audit_heads (team_id, seq, hash) VALUES ($1, 0, '') ON CONFLICT DO NOTHING"
LOCK_HEAD = "SELECT seq, hash FROM audit_heads WHERE team_id = $1 FOR UPDATE"
# Whoever appends waits meanwhile, so that what is read and the head agree.
HEAD = "SELECT seq, hash FROM audit_heads WHERE team_id = $1 FOR SHARE"
MOVE_HEAD = "UPDATE audit_heads SET seq = $2, hash = $3 WHERE team_id = $1"
INSERT = """
INSERT INTO audit_log (team_id, seq, at, actor, role, action, target_kind, target_id, campaign_id, address, user_agent,
                       request_id, trace_id, cascade_id, event_id, before, after, prev_hash, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
"""
PAGE = """
SELECT * FROM audit_log
WHERE team_id = $1 AND seq > $2
      AND ($4::text IS NULL OR action = $4) AND ($5::text IS NULL OR actor = $5)
      AND ($6::text IS NULL OR target_id = $6) AND ($7::text IS NULL OR campaign_id = $7)
      AND ($8::timestamptz IS NULL OR at >= $8) AND ($9::timestamptz IS NULL OR at < $9)
ORDER BY seq LIMIT $3
"""
HASH_AT = "SELECT hash FROM audit_log WHERE team_id = $1 AND seq = $2"

FIELDS = tuple(AuditEntry.model_fields)


async def lock_head(conn: Any, team_id: str) -> tuple[int, str]:
    """Number and hash of a team's newest entry, kept from moving until the transaction ends."""
    row = await conn.fetchrow(LOCK_HEAD, team_id)
    if row is None:
        await conn.execute(FIRST_HEAD, team_id)
        row = await conn.fetchrow(LOCK_HEAD, team_id)
    return row["seq"], row["hash"]


async def head(conn: Any, team_id: str) -> tuple[int, str]:
    """Number and hash of a team's newest entry, which stays it for now; 0 and nothing for a team that never acted."""
    row = await conn.fetchrow(HEAD, team_id)
    return (0, "") if row is None else (row["seq"], row["hash"])


async def append(conn: Any, team_id: str, entry: AuditEntry) -> None:
    """Adds the entry that follows the locked head."""
    values = [getattr(entry, name) for name in FIELDS]
    for name in ("before", "after"):
        content = getattr(entry, name)
        # Text, because a JSON column would store another spelling than the one that was hashed.
        values[FIELDS.index(name)] = None if content is None else canonical(content)
    await conn.execute(INSERT, team_id, *values)
    await conn.execute(MOVE_HEAD, team_id, entry.seq, entry.hash)


async def page(conn: Any, team_id: str, wanted: ReadAudit) -> list[AuditEntry]:
    """A team's entries after a number, oldest first, that fit every filter."""
    filters = (wanted.action, wanted.actor, wanted.target_id, wanted.campaign_id, wanted.since, wanted.until)
    rows = await conn.fetch(PAGE, team_id, wanted.after_seq, wanted.limit, *filters)
    return [_entry(row) for row in rows]


async def hash_at(conn: Any, team_id: str, seq: int) -> str:
    """The hash that an entry carries; nothing where there is none."""
    return await conn.fetchval(HASH_AT, team_id, seq) or ""


def _entry(row: Any) -> AuditEntry:
    fields = {name: row[name] for name in FIELDS}
    for name in ("before", "after"):
        fields[name] = None if row[name] is None else json.loads(row[name])
    return AuditEntry.model_construct(**fields)
