"""The world around the gateway: services that answer on the broker, and a campaign's own small world."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import aio_pika

from chassis.topology import EVENTS, REPLIES
from contracts.audit import RecordAccess
from contracts.campaign import BrandCreated, BrandState, BriefState, CampaignCreated
from contracts.envelope import CONTENT_TYPE, Command, Envelope, Event, Reply
from contracts.values import BrandProfile, Brief, Colours, InputSet, KitAsset, Wanted
from lineage.canonical import content_hash
from lineage.staleness import input_hash

COMMAND_QUEUES = (
    *(f"{service}.commands" for service in ("campaign", "copy", "image", "compositor", "jobs", "approval", "qa")),
    "jobs.queries",
    "jobs.accesses",
)

Answer = Callable[[Envelope, "Services"], Awaitable[Reply]]


async def _recorded(_command: Envelope, _services: "Services") -> Reply:
    return Reply(status=200, body={})


class Services:
    """Stands where the owning services stand: consumes commands, publishes events, and replies over the broker."""

    def __init__(self, amqp_url: str) -> None:
        self.received: list[Envelope] = []
        self.answers: dict[str, Answer] = {RecordAccess.type: _recorded}
        self._url = amqp_url
        self._replies: dict[UUID, Reply] = {}

    async def start(self) -> None:
        self._connection = await aio_pika.connect(self._url)
        channel = await self._connection.channel(on_return_raises=True)
        self._events = await channel.get_exchange(EVENTS, ensure=False)
        self._reply_exchange = await channel.get_exchange(REPLIES, ensure=False)
        for name in COMMAND_QUEUES:
            queue = await channel.get_queue(name, ensure=False)
            await queue.purge()
            await queue.consume(self._consume)

    async def stop(self) -> None:
        await self._connection.close()

    def on(self, command: type[Command], answer: Answer) -> None:
        self.answers[command.type] = answer

    async def publish(self, *envelopes: Envelope) -> None:
        for envelope in envelopes:
            await self.publish_raw(envelope.model_dump_json(exclude_none=True).encode(), envelope.type)

    async def publish_raw(self, body: bytes, key: str) -> None:
        await self._events.publish(aio_pika.Message(body, content_type=CONTENT_TYPE, type=key), routing_key=key)

    async def _consume(self, message: Any) -> None:
        envelope = Envelope.model_validate_json(message.body)
        self.received.append(envelope)
        answer = self.answers.get(envelope.type)
        if answer is not None:
            if envelope.id not in self._replies:
                self._replies[envelope.id] = await answer(envelope, self)
            await self._send(self._replies[envelope.id], envelope, message.reply_to)
        await message.ack()

    async def _send(self, reply: Reply, command: Envelope, address: str) -> None:
        told = envelope_of(reply, cause=command.id, cascade=command.correlationid, team=command.teamid)
        body = told.model_dump_json(exclude_none=True).encode()
        await self._reply_exchange.publish(aio_pika.Message(body, content_type=CONTENT_TYPE), routing_key=address)


def envelope_of(
    content: Event | Reply,
    *,
    cause: UUID | None = None,
    cascade: UUID | None = None,
    team: str = "team-a",
    at: datetime | None = None,
    subject: str | None = None,
) -> Envelope:
    """An event as it is on the wire."""
    return Envelope(
        id=uuid4(),
        source="/saisei/test",
        type=content.type,
        subject=subject,
        time=at or datetime.now(UTC),
        data=content.model_dump(mode="json", by_alias=True),
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        correlationid=cascade or uuid4(),
        causationid=cause,
        teamid=team,
        actor="yamada",
    )


def produced(story, asset_id, version, upstream, **fields):
    inputs = InputSet(upstream=upstream)
    wanted = Wanted(revision=0, upstream={role: ref.id for role, ref in upstream.items()})
    given = {"campaign_id": story.id, "asset_id": asset_id, "version": version, "sha256": f"{version:064x}"}
    given |= {"media_type": "image/jpeg", "input_hash": input_hash(inputs), "inputs": inputs, "wanted": wanted}
    return given | {"provider": "anthropic", "offline": False, "reason": "initial"} | fields


class Story:
    """A campaign's own small world: a brand, a brief and a kit of four assets."""

    def __init__(self) -> None:
        self.id = str(uuid4())
        profile = BrandProfile(name="森の珈琲", colours=Colours(primary="#0b6e4f", accent="#f2a541"))
        self.brand = BrandState(id=str(uuid4()), version=1, sha256=content_hash(profile), profile=profile)
        brief = Brief(
            objective="awareness",
            product="水出しアイスコーヒー",
            target_audience="在宅勤務の30代",
            platforms=("instagram",),
        )
        self.brief = BriefState(version=1, sha256=content_hash(brief), brief=brief)
        self.copy, self.image, self.composite, self.size = (str(uuid4()) for _ in range(4))

    @property
    def kit(self) -> tuple[KitAsset, ...]:
        sources = {"brief": self.id, "brand": self.brand.id}
        on_composite = {"image": self.image, "copy": self.copy, "brand": self.brand.id}
        return (
            KitAsset(
                id=self.copy,
                kind="copy_variant",
                ordinal=1,
                platform="instagram",
                variant_label="A案",
                upstream=sources,
            ),
            KitAsset(id=self.image, kind="image", ordinal=1, upstream=sources),
            KitAsset(
                id=self.composite, kind="composited_image", ordinal=1, platform="instagram", upstream=on_composite
            ),
            KitAsset(
                id=self.size,
                kind="platform_image",
                ordinal=1,
                platform="instagram",
                placement="instagram.story",
                upstream={"composite": self.composite},
            ),
        )

    @property
    def created(self) -> CampaignCreated:
        return CampaignCreated(
            campaign_id=self.id, name="夏のアイスコーヒー", brand=self.brand, brief=self.brief, kit=self.kit
        )

    @property
    def brand_created(self) -> BrandCreated:
        return BrandCreated(brand=self.brand)
