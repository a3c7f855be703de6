"""All SQL that reads the ledger of jobs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from gateway.projection.state import JobState

JOBS_BY_ID = "SELECT state::text FROM jobs WHERE id = ANY($1::text[]) AND team_id = $2"
JOB_PAGE = """
SELECT state::text FROM jobs
WHERE team_id = $1 AND (created_at, id) < (coalesce($2::timestamptz, 'infinity'), coalesce($3::text, ''))
ORDER BY created_at DESC, id DESC LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs to list; None takes all."""

    campaign_id: str | None = None
    status: str | None = None
    kind: str | None = None
    target_id: str | None = None

    @property
    def given(self) -> dict[str, str]:
        """What jobs must have, by column."""
        return {column: value for column, value in asdict(self).items() if value is not None}

    @property
    def statement(self) -> str:
        """The page with the conditions that are given, from $5 on, and no others: one that may be absent would keep
        a prepared statement off the index of its column.
        """
        conditions = "".join(f" AND {column} = ${number}" for number, column in enumerate(self.given, 5))
        return JOB_PAGE.replace("\nORDER", f"{conditions}\nORDER")


async def jobs_by_id(conn: Any, job_ids: Sequence[str], team_id: str) -> list[JobState]:
    """A team's jobs, in the order asked for."""
    rows = [JobState.model_validate_json(row[0]) for row in await conn.fetch(JOBS_BY_ID, job_ids, team_id)]
    return sorted(rows, key=lambda job: job_ids.index(job.id))


async def job_page(
    conn: Any, team_id: str, wanted: JobFilter, after: tuple[datetime, str] | None, limit: int
) -> list[JobState]:
    """A team's jobs, newest first."""
    at, job_id = after or (None, None)
    rows = await conn.fetch(wanted.statement, team_id, at, job_id, limit, *wanted.given.values())
    return [JobState.model_validate_json(row[0]) for row in rows]
