"""Health that tells the truth: what would keep this service from doing its work right now."""

import asyncio
from typing import Protocol

from pydantic import BaseModel

from chassis import outbox
from chassis.asking import Question
from chassis.background import Background
from chassis.db import Database
from chassis.metrics import CHECK_OK, OUTBOX_FAILING, OUTBOX_OLDEST, OUTBOX_ROWS
from chassis.publishing import PublishCheck

CHECK_TIMEOUT = 3.0
HELD_LIMIT = 30.0


class Check(BaseModel):
    """One thing that must be right."""

    name: str
    ok: bool
    detail: str


class Consuming(Protocol):
    """Whatever consumes this service's queues."""

    def silent_queues(self) -> list[str]:
        """Queues that nobody in this process is consuming although somebody should."""
        ...

    def held_seconds(self) -> dict[str, float]:
        """By queue, how long the message has been held that the infrastructure keeps from being handled longest."""
        ...


class Health:
    """A service's readiness: database and broker answer, its outbox drains, and its queues are consumed."""

    def __init__(
        self,
        service: str,
        database: Database,
        bus: Consuming,
        publish_check: PublishCheck,
        outbox_limit_seconds: int,
        background: Background,
    ) -> None:
        self._service = service
        self._bus = bus
        self._publish_check = publish_check
        self._limit = outbox_limit_seconds
        self._background = background
        self._ping = Question(database.ping)
        self._pending = Question(lambda: outbox.pending(database.pool))

    async def stop(self) -> None:
        """Awaits no answer any more."""
        await asyncio.gather(self._ping.stop(), self._pending.stop())

    async def checks(self) -> list[Check]:
        """Every check, in words; never raises."""
        asked = asyncio.gather(self._answers(), self._confirms(), self._outbox())
        return [noted(check) for check in (self._consumers(), self._tasks(), *await asked)]

    def _consumers(self) -> Check:
        wrong = [f"not consumed: {silent}"] if (silent := self._bus.silent_queues()) else []
        for queue, seconds in self._bus.held_seconds().items():
            if seconds > HELD_LIMIT:
                wrong.append(f"held for {seconds:.0f} s, because the database or the network fails: {queue}")
        return Check(name=f"{self._service}.consumers", ok=not wrong, detail="; ".join(wrong) or "ok")

    def _tasks(self) -> Check:
        name, failed, awaited = f"{self._service}.tasks", self._background.failed, self._background.awaited
        if failed:
            return Check(name=name, ok=False, detail=f"failed, see the log: {failed}; restart this process")
        return Check(name=name, ok=not awaited, detail=f"not done yet: {sorted(awaited)}" if awaited else "ok")

    async def _answers(self) -> Check:
        return await self._check("database", self._ping, "answers")

    async def _confirms(self) -> Check:
        return await self._check("broker", self._publish_check.confirmed, "confirms")

    async def _check(self, what: str, question: Question[None], good: str) -> Check:
        name = f"{self._service}.{what}"
        try:
            await question.answer(CHECK_TIMEOUT)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it is the check's result
            return Check(name=name, ok=False, detail=repr(error))
        return Check(name=name, ok=True, detail=good)

    async def _outbox(self) -> Check:
        name = f"{self._service}.outbox"
        try:
            row = await self._pending.answer(CHECK_TIMEOUT)
        except Exception as error:  # noqa: BLE001 - as above
            return Check(name=name, ok=False, detail=f"could not be looked at: {error!r}")
        OUTBOX_ROWS.labels(self._service).set(row["rows"])
        OUTBOX_OLDEST.labels(self._service).set(row["oldest_seconds"])
        OUTBOX_FAILING.labels(self._service).set(row["failing"])
        more = " or more" if row["rows"] == outbox.COUNTED_AT_MOST else ""
        detail = f"{row['rows']} messages{more} wait, the oldest for {row['oldest_seconds']:.0f} s"
        return Check(name=name, ok=row["oldest_seconds"] <= self._limit, detail=detail)


def noted(check: Check) -> Check:
    """The same check, its result kept for metrics."""
    CHECK_OK.labels(check.name).set(check.ok)
    return check
