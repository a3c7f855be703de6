"""All SQL about what is to be judged: campaigns that are due, and what was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.context import MessageContext
from chassis.telemetry import current_traceparent
from contracts.qa import QaMode

MARK = """
INSERT INTO due (campaign_id, team_id, actor, correlation_id, causation_id, traceparent)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (campaign_id) DO UPDATE
SET team_id = EXCLUDED.team_id, actor = EXCLUDED.actor, correlation_id = EXCLUDED.correlation_id,
    causation_id = EXCLUDED.causation_id, traceparent = EXCLUDED.traceparent, due_at = EXCLUDED.due_at
"""
MARK_BRAND = """
INSERT INTO due (campaign_id, team_id, actor, correlation_id, causation_id, traceparent)
SELECT id, $2, $3, $4, $5, $6 FROM campaigns WHERE brand_id = $1 AND team_id = $2 AND NOT deleted ORDER BY id
ON CONFLICT (campaign_id) DO UPDATE
SET team_id = EXCLUDED.team_id, actor = EXCLUDED.actor, correlation_id = EXCLUDED.correlation_id,
    causation_id = EXCLUDED.causation_id, traceparent = EXCLUDED.traceparent, due_at = EXCLUDED.due_at
"""
FORGET = "DELETE FROM due WHERE campaign_id = $1"
SELECT_DUE = """
SELECT campaign_id, team_id, actor, correlation_id, causation_id, traceparent, due_at FROM due
WHERE due_at <= clock_timestamp() - $1::interval OR first_at <= clock_timestamp() - $2::interval
ORDER BY due_at LIMIT $3
"""
TAKE = """
DELETE FROM due WHERE campaign_id = (
    SELECT campaign_id FROM due WHERE campaign_id = $1 AND due_at = $2 FOR UPDATE SKIP LOCKED) RETURNING true
"""
POSTPONE = """
UPDATE due SET due_at = due_at + $3::interval, first_at = first_at + $3::interval WHERE campaign_id = $1 AND due_at = $2
"""
REQUEST_ONCE = """
INSERT INTO requests (report_id, campaign_id, manifest, basis, mode, automatic)
SELECT $1, $2, $3, $4, 'rules', true
WHERE NOT EXISTS (SELECT FROM requests WHERE campaign_id = $2 AND basis = $4 AND mode = 'rules')
ON CONFLICT DO NOTHING RETURNING true
"""
REQUEST = """
INSERT INTO requests (report_id, campaign_id, manifest, basis, mode, automatic) VALUES ($1, $2, $3, $4, $5, false)
ON CONFLICT DO NOTHING RETURNING true
"""
SELECT_AUTOMATIC = "SELECT basis FROM requests WHERE report_id = $1 AND automatic"
WITHDRAW = "DELETE FROM requests WHERE report_id = $1"
ASK_FOR_REVIEW = """
INSERT INTO asked_reviews (campaign_id, manifest) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING true
"""


@dataclass(frozen=True, slots=True)
class DueCampaign:
    """A campaign whose content changed, and in whose cascade; `due_at` is when it last did."""

    campaign_id: str
    team_id: str
    actor: str
    correlation_id: UUID
    causation_id: UUID | None
    traceparent: str | None
    due_at: datetime

    @property
    def context(self) -> MessageContext:
        """The cascade that what follows belongs to."""
        return MessageContext(self.team_id, self.actor, self.correlation_id, self.causation_id)


async def mark(conn: Any, campaign_id: str, context: MessageContext) -> None:
    """A campaign's content changed, in the cascade and the trace at hand."""
    await conn.execute(MARK, campaign_id, *_told(context))


async def mark_brand(conn: Any, brand_id: str, context: MessageContext) -> None:
    """The same for every campaign of a brand."""
    await conn.execute(MARK_BRAND, brand_id, *_told(context))


async def forget(conn: Any, campaign_id: str) -> None:
    """Nothing is to be judged there any more."""
    await conn.execute(FORGET, campaign_id)


async def due(conn: Any, settle: timedelta, longest: timedelta, limit: int) -> Sequence[DueCampaign]:
    """Campaigns that have been quiet for `settle`, or have waited for `longest`; the longest quiet first."""
    return [DueCampaign(**dict(row)) for row in await conn.fetch(SELECT_DUE, settle, longest, limit)]


async def take(conn: Any, one: DueCampaign) -> bool:
    """True for whoever takes it; False when it changed meanwhile, or another replica has it."""
    return bool(await conn.fetchval(TAKE, one.campaign_id, one.due_at))


async def postpone(conn: Any, one: DueCampaign, delay: timedelta) -> None:
    """Leaves it for later, unless it changed meanwhile."""
    await conn.execute(POSTPONE, one.campaign_id, one.due_at, delay)


async def request_once(conn: Any, report_id: str, campaign_id: str, manifest: str, basis: str) -> bool:
    """True when the rules were not yet asked on this basis."""
    return bool(await conn.fetchval(REQUEST_ONCE, report_id, campaign_id, manifest, basis))


async def request(conn: Any, report_id: str, campaign_id: str, manifest: str, basis: str, mode: QaMode) -> bool:
    """Notes what was asked for by name; False when that was noted before."""
    return bool(await conn.fetchval(REQUEST, report_id, campaign_id, manifest, basis, mode))


async def automatic_basis(conn: Any, report_id: str) -> str | None:
    """What a request was made on that nobody asked for; None for a person's own."""
    return await conn.fetchval(SELECT_AUTOMATIC, report_id)


async def withdraw(conn: Any, report_id: str) -> None:
    """Nothing comes of a request, so the same may be asked again."""
    await conn.execute(WITHDRAW, report_id)


async def ask_for_review(conn: Any, campaign_id: str, manifest: str) -> bool:
    """True for the first to have the paid reviewer asked about a manifest."""
    return bool(await conn.fetchval(ASK_FOR_REVIEW, campaign_id, manifest))


def _told(context: MessageContext) -> tuple[Any, ...]:
    cascade = (context.correlation_id, context.causation_id)
    return (context.team_id, context.actor, *cascade, current_traceparent())
