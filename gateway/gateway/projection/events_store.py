"""All SQL of the projection about events themselves: their places in campaigns' streams, and their cascades."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from gateway.projection.working import Told

KEEP = """
WITH told AS (
    SELECT t.*, data::jsonb AS content, count(*) OVER (PARTITION BY campaign_id ORDER BY n DESC) - 1 AS later
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[],
                $9::uuid[], $10::uuid[], $11::text[], $12::text[], $13::text[]) WITH ORDINALITY
         AS t(id, campaign_id, team_id, type, subject, source, at, actor, causation_id, correlation_id, trace_id,
              span_id, data, n)
), advanced AS (
    INSERT INTO campaign_positions AS p (campaign_id, position)
    SELECT campaign_id, count(*) FROM told WHERE campaign_id IS NOT NULL GROUP BY campaign_id ORDER BY campaign_id
    ON CONFLICT (campaign_id) DO UPDATE SET position = p.position + EXCLUDED.position
    RETURNING campaign_id, position
), placed AS (
    SELECT told.*, advanced.position - told.later AS position FROM told LEFT JOIN advanced USING (campaign_id)
), kept AS (
    INSERT INTO events (id, campaign_id, position, team_id, type, subject, source, at, actor, causation_id,
                        correlation_id, trace_id, span_id, data)
    SELECT id, campaign_id, position, team_id, type, subject, source, at, actor, causation_id, correlation_id, trace_id,
           span_id, content
    FROM placed
), seen AS (
    INSERT INTO cascades AS c (campaign_id, id, team_id, first_position, started_at, last_at)
    SELECT campaign_id, correlation_id, min(team_id), min(position), min(at), max(at)
    FROM placed WHERE campaign_id IS NOT NULL GROUP BY campaign_id, correlation_id ORDER BY campaign_id, correlation_id
    ON CONFLICT (campaign_id, id) DO UPDATE
    SET started_at = least(c.started_at, EXCLUDED.started_at), last_at = greatest(c.last_at, EXCLUDED.last_at)
)
SELECT position, content::text FROM placed ORDER BY n
"""

_PROPAGATOR = TraceContextTextMapPropagator()


async def keep(conn: Any, told: Sequence[Told]) -> list[Told]:
    """Keeps events for the stream and for the trees of cascades; the same, each with its position and its data's text.

    It locks their campaigns until the transaction ends, so that their rows can be read, changed and written back.
    """
    columns = zip(*map(_row, told), strict=True)
    placed = await conn.fetch(KEEP, *map(list, columns))
    return [replace(one, position=position or 0, data=data) for one, (position, data) in zip(told, placed, strict=True)]


def _row(told: Told) -> tuple[Any, ...]:
    envelope = told.envelope
    parent = trace.get_current_span(_PROPAGATOR.extract({"traceparent": envelope.traceparent or ""}))
    span = parent.get_span_context()
    return (
        envelope.id,
        told.campaign_id,
        envelope.teamid,
        envelope.type,
        envelope.subject,
        envelope.source,
        envelope.time,
        envelope.actor,
        envelope.causationid,
        envelope.correlationid,
        format(span.trace_id, "032x") if span.is_valid else None,
        format(span.span_id, "016x") if span.is_valid else None,
        json.dumps(envelope.data, ensure_ascii=False),
    )
