"""What the tables say at one moment, of the teams of one story."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from contracts.months import Month

ENDED = ("COMPLETED", "FAILED", "SUPERSEDED", "CANCELLED")
UNDER_WAY = ("PENDING", "RUNNING")
PAID = ("copy_variant", "image")

JOBS = "SELECT jobs.*, jobs::text AS row FROM jobs WHERE team_id = ANY($1)"
INTENTS = "SELECT retry_intents.*, retry_intents::text AS row FROM retry_intents WHERE team_id = ANY($1)"
SPEND = "SELECT spend.*, spend::text AS row FROM spend WHERE team_id = ANY($1)"
LIMITS = "SELECT budgets.*, budgets::text AS row FROM budgets WHERE team_id = ANY($1)"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Ledger:
    """Rows by what identifies them; each has itself as text in `row`."""

    jobs: Mapping[str, Row]
    intents: Mapping[str, Row]
    spend: Mapping[tuple[str, int], Row]
    limits: Mapping[str, Row]

    def rows(self) -> dict[tuple[str, Any], Row]:
        """Every row."""
        tables = {"jobs": self.jobs, "intents": self.intents, "spend": self.spend, "limits": self.limits}
        return {(name, key): row for name, table in tables.items() for key, row in table.items()}

    def requests_for(self, target_id: str) -> list[Row]:
        """The jobs of an asset in the order of their numbers."""
        return sorted((job for job in self.jobs.values() if job["target_id"] == target_id), key=lambda job: job["seq"])

    def used(self, team: str) -> int:
        """Yen that a team spent this month, and that are set aside for it."""
        return self.spent(team) + self.reserved(team)

    def spent(self, team: str) -> int:
        """Yen that a team's attempts of this month cost."""
        month = Month.at(datetime.now(UTC))
        mine = (row for row in self.spend.values() if row["team_id"] == team)
        return sum(row["cost_yen"] for row in mine if month.begins <= row["started_at"] < month.ends)

    def reserved(self, team: str) -> int:
        """Yen that are set aside for a team's jobs under way."""
        mine = (job for job in self.jobs.values() if job["team_id"] == team)
        return sum(job["estimated_yen"] for job in mine if job["status"] in UNDER_WAY)

    def limit(self, team: str, which: str) -> int | None:
        """A team's soft or hard limit."""
        return self.limits[team][f"{which}_limit_yen"] if team in self.limits else None


EMPTY = Ledger({}, {}, {}, {})


def latest_that_counts(requests: Iterable[Row]) -> Row | None:
    """The newest of an asset's jobs that came to something or still may."""
    counting = [job for job in requests if job["status"] not in ("CANCELLED", "SUPERSEDED")]
    return max(counting, key=lambda job: job["seq"], default=None)


async def look(conn: Any, teams: Sequence[str]) -> Ledger:
    """Reads the tables with the rights that the service itself has."""
    jobs, intents, spend, limits = [await conn.fetch(query, teams) for query in (JOBS, INTENTS, SPEND, LIMITS)]
    return Ledger(
        {row["id"]: row for row in jobs},
        {row["id"]: row for row in intents},
        {(row["job_id"], row["attempt"]): row for row in spend},
        {row["team_id"]: row for row in limits},
    )
