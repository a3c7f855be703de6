"""What the tests of asset-owning services share: a service without a broker, and campaigns to plan in it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar
from uuid import UUID, uuid4

from assets import store
from assets.model import Asset, Version
from assets.versioning import inputs_today
from chassis import inbox
from chassis.context import MessageContext
from chassis.db import Database
from chassis.outbox import OutgoingMessage
from chassis.subscriptions import AlreadyDone, Subscription, Work
from chassis.testing import ACTOR, TEAM, enveloped
from chassis.transaction import Transaction
from contracts.campaign import BrandState, BriefState, CampaignCreated
from contracts.envelope import Command, Envelope, Event, Reply
from contracts.jobs import CancelRun, JobRequested, RunJob
from contracts.values import BrandProfile, Brief, Colours, JobOptions, KitAsset
from lineage.canonical import content_hash
from lineage.staleness import input_hash, is_stale

CANCELLER = "sato"

Told = TypeVar("Told", bound=Event | Command)


class Crash(BaseException):
    """The process ends here: nothing that follows it in the code is done."""


class DyingWork(Work):
    """Ends the process right before the last transaction."""

    @asynccontextmanager
    async def finish(self) -> AsyncIterator[Transaction]:
        """Raises Crash."""
        raise Crash
        yield


class Clock:
    """Waits no time at all, and remembers how long it was asked to."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._end: int | None = None
        self._doing: tuple[int, Callable[[], Awaitable[Any]]] | None = None
        self._meanwhile: tuple[asyncio.Event, asyncio.Future[None]] | None = None

    def ends_at(self, nth: int) -> None:
        """The process ends during the nth wait."""
        self._end = nth

    def meanwhile(self, nth: int, does: Callable[[], Awaitable[Any]]) -> None:
        """This is done during the nth wait."""
        self._doing = (nth, does)

    def waits_for(self, waiting: asyncio.Event, other: asyncio.Future[None]) -> None:
        """From now on a wait says that it began, and is over when another piece of work is."""
        self._meanwhile = (waiting, other)

    async def sleep(self, seconds: float) -> None:
        """Takes no time."""
        self.slept.append(seconds)
        if len(self.slept) == self._end:
            raise Crash
        if self._doing is not None and len(self.slept) == self._doing[0]:
            await self._doing[1]()
        if self._meanwhile is not None:
            waiting, other = self._meanwhile
            waiting.set()
            await asyncio.wait([other])


class Bench:
    """A service on a real database. Messages are handed to it one by one; what it publishes is kept in `said`."""

    def __init__(self, database: Database, subscriptions: Sequence[Subscription]) -> None:
        self.database = database
        self.said: list[Envelope] = []
        self._subscriptions = subscriptions
        database.hand_over_to(self._note)

    async def hear(self, event: Event) -> None:
        """Handles an event."""
        async with self.in_open_transaction(event):
            pass

    @asynccontextmanager
    async def in_open_transaction(self, event: Event) -> AsyncIterator[None]:
        """Handles an event, and commits only at the end of the context."""
        each = next(each for each in self._subscriptions if type(event) in each.events)
        async with self.database.transaction(MessageContext.of(enveloped(event))) as tx:
            if each.is_concerned(event):
                await each.events[type(event)](event, tx)
            yield

    async def ask(self, command: Command, team: str = TEAM) -> Reply:
        """Handles a command. Raises TellUser."""
        handler = next(each.commands[type(command)] for each in self._subscriptions if type(command) in each.commands)
        async with self.database.transaction(MessageContext.of(enveloped(command, team=team))) as tx:
            return await handler(command, tx)

    async def work(self, content: Event | Command, message_id: UUID | None = None, kind: type[Work] = Work) -> None:
        """Has a worker handle one delivery of a message, unless an earlier one has ended it."""
        each = next(each for each in self._subscriptions if type(content) in each.workers)
        envelope = enveloped(content, message_id)
        if not await inbox.is_claimed(self.database.pool, each.queue, envelope.id):
            with suppress(AlreadyDone):
                await each.workers[type(content)](content, kind(self.database, each.queue, envelope))

    async def bury(self, content: Event | Command, message_id: UUID | None = None) -> None:
        """Gives a worker's message up, as happens after its last try."""
        each = next(each for each in self._subscriptions if type(content) in each.buried)
        await each.buried[type(content)](content, Work(self.database, each.queue, enveloped(content, message_id)))

    async def run(self, job: RunJob, kind: type[Work] = Work) -> None:
        """Delivers a job, once more if it was delivered before."""
        await self.work(job, UUID(job.job_id), kind)

    def told(self, model: type[Told], about: str | None = None) -> list[Told]:
        """What was published of one type, in order; `about` is the id of an asset, a composite or a job's target."""
        contents = [model.model_validate(envelope.data) for envelope in self.said if envelope.type == model.type]
        return [one for one in contents if about is None or about in _subjects(one)]

    async def asset(self, asset_id: str) -> Asset:
        """The asset as it stands."""
        found = await store.get(self.database.pool, asset_id)
        assert found is not None
        return found

    async def version(self, asset_id: str, number: int | None = None) -> Version:
        """A version of an asset, the current one unless said otherwise."""
        wanted = number if number is not None else (await self.asset(asset_id)).version
        found = await store.version(self.database.pool, asset_id, wanted)
        assert found is not None, f"{asset_id} has no version {wanted}"
        return found

    async def is_fresh(self, asset_id: str) -> bool:
        """True when the asset's inputs as they are now are among those that confirm its current version."""
        asset = await self.asset(asset_id)
        now = await inputs_today(self.database.pool, asset)
        confirmed = await store.input_hashes(self.database.pool, asset_id, asset.version)
        return not is_stale(confirmed, input_hash(now) if now else None)

    async def cancel(self, job: RunJob, message_id: UUID | None = None, kind: type[Work] = Work) -> None:
        """Has a person call a job off, once more if the message was delivered before."""
        fields = job.model_dump(include={"job_id", "campaign_id", "kind", "target_id"})
        await self.work(CancelRun(**fields, cancelled_by=CANCELLER), message_id, kind)

    async def runs(self, job: RunJob) -> list[tuple[int, str, int]]:
        """The ledger of a job's attempts: number, what happened, cost in yen."""
        rows = await self.database.pool.fetch(
            "SELECT attempt, happened, cost_yen FROM provider_runs WHERE job_id = $1 ORDER BY attempt, at", job.job_id
        )
        return [(row["attempt"], row["happened"], row["cost_yen"]) for row in rows]

    def _note(self, messages: Sequence[OutgoingMessage]) -> None:
        self.said += [Envelope.model_validate_json(message.body) for message in messages]


def brand(brand_id: str, version: int = 1, **changes: Any) -> BrandState:
    """A brand's state; `changes` are fields of its profile."""
    fields = {"name": "茶舗みどり", "colours": Colours(primary="#2f5d3a", accent="#f2b8c6")} | changes
    profile = BrandProfile(**fields)
    return BrandState(id=brand_id, version=version, sha256=content_hash(profile), profile=profile)


def brief(version: int = 1, **changes: Any) -> BriefState:
    """A brief's state; `changes` are fields of the brief."""
    fields = {
        "objective": "conversion",
        "product": "桜ほうじ茶ラテ",
        "target_audience": "20〜30代の働く女性",
        "platforms": ("instagram",),
    } | changes
    content = Brief(**fields)
    return BriefState(version=version, sha256=content_hash(content), brief=content)


def campaign(campaign_id: str, brand_id: str, *kit: KitAsset) -> CampaignCreated:
    """A campaign with this kit, on the brand's and the brief's first versions."""
    return CampaignCreated(campaign_id=campaign_id, name="春", brand=brand(brand_id), brief=brief(), kit=kit)


def job_for(asset: Asset, seq: int = 1, **options: Any) -> RunJob:
    """The `seq`th request for an asset."""
    return RunJob(
        job_id=str(uuid4()),
        campaign_id=asset.campaign_id,
        kind=asset.kind,
        target_id=asset.id,
        seq=seq,
        options=JobOptions(**options),
        requested_by=ACTOR,
        reason="regenerate" if asset.version else "initial",
    )


def request_of(job: RunJob) -> JobRequested:
    """What the ledger tells of a job when it is asked for."""
    fields = job.model_dump(include={"job_id", "campaign_id", "kind", "target_id", "seq", "requested_by"})
    return JobRequested(**fields, options=job.options, cascade_id="cascade")


def _subjects(content: Event | Command) -> set[str]:
    return {getattr(content, name, "") for name in ("asset_id", "composite_id", "target_id")}
