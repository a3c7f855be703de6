"""Pure reducers of what was spent and of what teams may spend."""

from collections.abc import Iterator

from contracts.budgets import BudgetChanged, BudgetWarned
from contracts.envelope import Envelope
from contracts.jobs import JobEvent
from gateway.projection.state import BudgetState, SpendState, WarningState


def spent(event: JobEvent, envelope: Envelope) -> Iterator[SpendState]:
    """Every attempt that a job's end tells of; none for what happens before the end."""
    for attempt in getattr(event, "attempts", ()):
        yield SpendState(
            job_id=event.job_id,
            campaign_id=event.campaign_id,
            cascade_id=str(envelope.correlationid),
            team_id=envelope.teamid,
            kind=event.kind,
            attempt=attempt,
        )


def changed(known: BudgetState | None, event: BudgetChanged, envelope: Envelope) -> BudgetState:
    """The limits at the newer of what was known and what is told."""
    told = BudgetState(team_id=envelope.teamid, **event.model_dump())
    return told if known is None or known.revision < told.revision else known


def warned(known: WarningState | None, event: BudgetWarned, envelope: Envelope) -> WarningState:
    """The first time that a team was told."""
    told = WarningState(team_id=envelope.teamid, month=event.month, told_at=envelope.time)
    return told if known is None or told.told_at < known.told_at else known
