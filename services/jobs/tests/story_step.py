"""One step of a story: what was delivered at once, how the ledger stood before and after, and what was said of it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from chassis.delivery import Delivery
from contracts.envelope import Command, Envelope, Reply
from contracts.jobs import Attempt, JobCancelled, JobCompleted, JobEvent, JobFailed, JobSuperseded

from .story_ledger import Ledger, Row
from .story_world import Said

ENDS: dict[type[JobEvent], str] = {
    JobCompleted: "COMPLETED",
    JobFailed: "FAILED",
    JobSuperseded: "SUPERSEDED",
    JobCancelled: "CANCELLED",
}
"""The status that each word of a worker ends a job in."""

M = TypeVar("M")


@dataclass
class Past:
    """What is known of the whole story so far."""

    sent: dict[UUID | None, Delivery] = field(default_factory=dict)
    answers: dict[UUID, Reply] = field(default_factory=dict)
    attempts: dict[tuple[str, int], list[Attempt]] = field(default_factory=lambda: defaultdict(list))
    sources: dict[str, str] = field(default_factory=dict)
    acts: dict[UUID | None, int] = field(default_factory=lambda: defaultdict(int))
    warned: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Step:
    """`told` is all that was delivered and got through, `again` what of it had been handled in an earlier step."""

    before: Ledger
    after: Ledger
    told: Sequence[Delivery]
    again: frozenset[UUID]
    said: Sequence[Said]
    past: Past

    @property
    def fresh(self) -> list[Delivery]:
        """What was told for the first time."""
        return [one for one in self.told if one.envelope.id not in self.again]

    @property
    def commands(self) -> list[Delivery]:
        """People's commands that were told for the first time."""
        return [one for one in self.fresh if isinstance(one.content, Command)]

    def heard(self, *models: type[M]) -> list[M]:
        """The content of what was told for the first time, of some types."""
        return [one.content for one in self.fresh if isinstance(one.content, models)]

    def of(self, model: Any) -> list[tuple[Envelope, Any]]:
        """What was said of one type."""
        found = [one.envelope for one in self.said if one.envelope.type == model.type]
        return [(envelope, model.model_validate(envelope.data)) for envelope in found]

    def answer(self, command: Delivery) -> Reply:
        """How a command was answered; each that got through is."""
        assert command.envelope.id in self.past.answers, f"never answered: {command.content}"
        return self.past.answers[command.envelope.id]

    def succeeded(self, *models: type[Command]) -> list[Delivery]:
        """Commands told for the first time that were not refused, of some types."""
        return [one for one in self.commands if isinstance(one.content, models) and self.answer(one).problem is None]

    def new_jobs(self) -> dict[str, Row]:
        """The jobs that entered the ledger."""
        return {key: job for key, job in self.after.jobs.items() if key not in self.before.jobs}

    def kept(self, table: str) -> Iterator[tuple[Row, Row]]:
        """Each row of a table that was there before, with how it stands now; none is ever deleted."""
        before, after = getattr(self.before, table), getattr(self.after, table)
        assert before.keys() <= after.keys()
        for key, was in before.items():
            yield was, after[key]
