"""A gateway on a real database and a real broker, and services that answer on that broker."""

import asyncio
import base64
import json
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey

from chassis.topology import Queue, ServiceTopology
from contracts.campaign import BriefState, CampaignUpdated
from contracts.compositor import CompositeRendered, PlatformImageRendered
from contracts.copy import CopyRegenerated
from contracts.envelope import EVERY_TEAM, Envelope, Problem, Reply
from contracts.image import ImageRegenerated
from contracts.jobs import GeneratorAnnounced, JobProgressed, JobRequested, RequestJobs
from contracts.values import AssetKind, CopyText, UpstreamRef
from gateway.app import Settings, create_app
from gateway.composition import Gateway
from gateway.openapi import Document, Operation
from gateway.topology import TOPOLOGY
from saisei_local.generated.services import gateway_openapi
from saisei_local.provision.broker import declare
from saisei_local.tables import migrate_tables

from .workflow import Workflow
from .world import COMMAND_QUEUES, Services, Story, envelope_of, produced

SERVICES = ServiceTopology("services", tuple(Queue(name, commands=True) for name in COMMAND_QUEUES), publishes=())


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
def progress(make_envelope: Callable[..., Envelope], story: Story) -> Callable[[int], Envelope]:
    """The nth word of how a campaign's image gets on."""

    def make(number: int) -> Envelope:
        event = JobProgressed(
            job_id=f"j{number}", campaign_id=story.id, kind="image", target_id=story.image, message="描画中"
        )
        return make_envelope(event, subject=f"j{number}")

    return make


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


@pytest.fixture
def kit_events(story):
    brief = UpstreamRef(id=story.id, version=1, sha256=story.brief.sha256)
    brand = UpstreamRef(id=story.brand.id, version=1, sha256=story.brand.sha256)
    sources = {"brief": brief, "brand": brand}
    image = UpstreamRef(id=story.image, version=1, sha256=f"{1:064x}")
    copy = UpstreamRef(id=story.copy, version=1, sha256=f"{1:064x}")
    text = CopyText(headline="涼しい朝", body="水出しの一杯を。", cta="詳しく")
    words = {"platform": "instagram", "variant_label": "A案", "text": text, "register_used": "standard"}
    seen = {"layout": "bottom", "contrast": 700, "focal_x": 1, "focal_y": 1}
    on = {"image": image, "copy": copy, "brand": brand}
    return [
        story.created,
        CopyRegenerated(**produced(story, story.copy, 1, sources), **words),
        ImageRegenerated(**produced(story, story.image, 1, sources), prompt_origin="derived"),
        CompositeRendered(**produced(story, story.composite, 1, on, provider="compositor", offline=True), **seen),
    ]


@pytest.fixture(scope="session")
def announced() -> Callable[..., Envelope]:
    """A service's word on who makes assets of a kind."""

    def make(kind: AssetKind, yen: int, *, offline: bool = False, at: datetime | None = None) -> Envelope:
        provider = "offline" if offline else "paid"
        event = GeneratorAnnounced(kind=kind, provider=provider, model="m-1", offline=offline, yen_per_call=yen)
        return envelope_of(event, team=EVERY_TEAM, at=at, subject=kind)

    return make


@pytest.fixture
async def kit(settled, make_envelope, kit_events, story, announced):
    await settled(*map(make_envelope, kit_events), announced("copy_variant", 2), announced("image", 6))
    return story


@pytest.fixture
def stale_brief(story):
    brief = BriefState(version=2, sha256="d" * 64, brief=story.brief.brief)
    return CampaignUpdated(campaign_id=story.id, revision=2, name="夏", brand_id=story.brand.id, brief=brief)


@pytest.fixture
async def stale_kit(kit, settled, make_envelope, stale_brief):
    await settled(make_envelope(stale_brief))
    return kit


@pytest.fixture
def ledger(services, make_envelope):
    """A jobs service: one job.requested for each target, with an id made from the command's."""
    jobs: list[str] = []

    async def answer(command, services):
        asked = RequestJobs.model_validate(command.data)
        events, told = [], []
        for target in asked.targets:
            job_id = str(uuid4())
            jobs.append(job_id)
            told.append({"jobId": job_id, "targetId": target.asset_id})
            event = JobRequested(
                job_id=job_id,
                campaign_id=asked.campaign_id,
                kind=target.kind,
                target_id=target.asset_id,
                seq=1,
                options=target.options,
                requested_by=command.actor,
                cascade_id=str(command.correlationid),
            )
            events.append(make_envelope(event, cause=command.id, cascade=command.correlationid, subject=job_id))
        await services.publish(*events)
        return Reply(status=202, body={"jobs": told, "skipped": []}, emitted=tuple(one.id for one in events))

    services.on(RequestJobs, answer)
    return jobs


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    """The document that the gateway publishes."""
    return gateway_openapi()


@pytest.fixture(scope="module")
def operations(openapi: dict[str, Any]) -> dict[str, Operation]:
    """Its operations by their ids."""
    return {one.content["operationId"]: one for one in Document(openapi).operations()}


@pytest.fixture
async def finished(kit, settled, make_envelope):
    """A kit of which everything was made."""
    composite = UpstreamRef(id=kit.composite, version=1, sha256=f"{1:064x}")
    fields = produced(kit, kit.size, 1, {"composite": composite}, provider="compositor", offline=True)
    cut = PlatformImageRendered(**fields, placement="instagram.feed_square", composite_id=kit.composite)
    await settled(make_envelope(cut))
    return kit


@pytest.fixture
def workflow(finished, settled, make_envelope, client):
    return Workflow(finished, settled, make_envelope, client)
