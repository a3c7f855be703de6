"""A gateway on a real database and a real broker, and services that answer on that broker."""

import asyncio
import base64
import json
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aio_pika
import httpx2
import pytest
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey

from chassis.topology import EVENTS, REPLIES, Queue, ServiceTopology
from contracts.campaign import BrandCreated, BrandState, BriefState, CampaignCreated
from contracts.envelope import CONTENT_TYPE, Command, Envelope, Event, Problem, Reply
from contracts.values import BrandProfile, Brief, Colours, KitAsset
from gateway.app import Settings, create_app
from gateway.composition import Gateway
from gateway.topology import TOPOLOGY
from lineage.canonical import content_hash
from saisei_local.provision.broker import declare
from saisei_local.tables import migrate_tables

COMMAND_QUEUES = ("campaign.commands", "copy.commands", "image.commands", "compositor.commands", "jobs.commands")
SERVICES = ServiceTopology("services", tuple(Queue(name, commands=True) for name in COMMAND_QUEUES), publishes=())

Answer = Callable[[Envelope, "Services"], Awaitable[Reply]]


class Services:
    """Stands where the owning services stand: consumes commands, publishes events, and replies over the broker."""

    def __init__(self, amqp_url: str) -> None:
        self.received: list[Envelope] = []
        self.answers: dict[str, Answer] = {}
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


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.fixture(scope="session")
def make_envelope() -> Callable[..., Envelope]:
    return envelope_of


@pytest.fixture(scope="session")
def make_story() -> type[Story]:
    return Story


@pytest.fixture(scope="session")
def signing_key() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": "test", "use": "sig", "alg": "ES256"})


@pytest.fixture(scope="session")
def jwks_file(signing_key: ECKey, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("jwks") / "jwks.json"
    path.write_text(json.dumps({"keys": [signing_key.as_dict(private=False)]}))
    return path


@pytest.fixture(scope="session")
def make_token(signing_key: ECKey) -> Callable[..., str]:
    def make(*, key: Any = signing_key, alg: str = "ES256", header: dict | None = None, **changes: Any) -> str:
        now = int(datetime.now(UTC).timestamp())
        claims = {"sub": "yamada", "team": "team-a", "role": "editor", "iss": "saisei", "aud": "saisei-gateway"}
        claims = {**claims, "iat": now, "exp": now + 600} | changes
        claims = {name: value for name, value in claims.items() if value is not None}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)
            return jwt.encode({"alg": alg, "kid": "test"} | (header or {}), claims, key, algorithms=[alg])

    return make


@pytest.fixture(scope="session")
def unsigned_token() -> str:
    def part(value: dict) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    claims = {"sub": "a", "team": "team-a", "role": "admin", "iss": "saisei", "aud": "saisei-gateway", "exp": 9e9}
    return f"{part({'alg': 'none'})}.{part(claims)}."


@pytest.fixture(scope="module")
def database_url(make_database: Callable[[], str]) -> str:
    url = make_database()
    asyncio.run(migrate_tables({"gateway": url}))
    return url


@pytest.fixture(scope="module")
def broker_url(module_amqp_url: str) -> str:
    asyncio.run(declare(module_amqp_url, [TOPOLOGY, SERVICES]))
    return module_amqp_url


@pytest.fixture
def settings(database_url: str, broker_url: str, jwks_file: Path, tmp_path: Path) -> Settings:
    return Settings(
        service="gateway",
        database_url=database_url,
        amqp_url=broker_url,
        blob_url=(tmp_path / "blobs").as_uri(),
        jwks_file=jwks_file,
        command_timeout_seconds=1.0,
    )


@pytest.fixture
async def services(broker_url: str) -> AsyncIterator[Services]:
    services = Services(broker_url)
    await services.start()
    yield services
    await services.stop()


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Any]:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def gateway(app: Any) -> Gateway:
    return app.state.gateway


@pytest.fixture
async def client(app: Any, make_token: Callable[..., str]) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {make_token()}"}
    async with httpx2.AsyncClient(transport=transport, base_url="http://gateway", headers=headers) as client:
        yield client


@pytest.fixture
def settled(gateway: Gateway, services: Services) -> Callable[..., Awaitable[None]]:
    """Publishes events and returns once the read model has taken them in."""

    async def publish(*envelopes: Envelope) -> None:
        await services.publish(*envelopes)
        ids = [envelope.id for envelope in envelopes]

        async def reached() -> bool:
            return await gateway.database.pool.fetchval("SELECT count(*) FROM events WHERE id = ANY($1)", ids) == len(
                ids
            )

        assert await gateway.wakeups.until(str(envelopes[-1].correlationid), reached, 5)

    return publish


@pytest.fixture(scope="session")
def refuse() -> Callable[..., Reply]:
    def make(type_: str, status: int, detail: str, **extras: Any) -> Reply:
        return Reply(
            status=status, problem=Problem(type=type_, title="Refused", status=status, detail=detail, extras=extras)
        )

    return make
