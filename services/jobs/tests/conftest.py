"""The jobs service on a database that was set up as an installation's is."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from chassis.context import MessageContext
from chassis.db import Database
from chassis.testing import ACTOR, TEAM
from contracts.campaign import BrandState, BriefState, CampaignCreated
from contracts.envelope import Command, Envelope, Event, Reply
from contracts.jobs import JobTarget, RequestJobs
from contracts.values import VARIANT_LABELS, BlobRef, BrandProfile, Brief, Colours, JobOptions, KitAsset
from jobs_service.handlers import SUBSCRIPTIONS
from lineage.basis import request_basis
from saisei_local.environment import with_login
from saisei_local.provision.database import provision_database
from saisei_local.stack import database_name
from saisei_local.tables import migrate_tables

# Roles belong to the whole server, so all tests that share one must give a role the same password.
PASSWORDS = {"jobs": "pw-jobs", "jobs_owner": "pw-jobs_owner"}
COMMANDS, EVENTS = SUBSCRIPTIONS
BRIEF_SHA256, BRAND_SHA256 = "a" * 64, "b" * 64


@pytest.fixture(scope="session")
def database_url(make_database: Callable[[], str]) -> str:
    """The URL that the running service has: its own role's."""
    url = make_database()

    async def install() -> None:
        await provision_database(url, ["jobs"], PASSWORDS, database_name(url))
        await migrate_tables({"jobs": with_login(url, "saisei_jobs_owner", PASSWORDS["jobs_owner"])})

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, install()).result()
    return with_login(url, "saisei_jobs", PASSWORDS["jobs"])


@pytest.fixture(scope="session")
def broker_url(make_vhost: Callable[[], str]) -> str:
    return make_vhost()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, "jobs", pool_size=10)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def do(database: Database) -> Callable[..., Awaitable[tuple[Reply, list[Envelope]]]]:
    """Handles a command as the service does; returns the answer and what is sent with it."""

    async def done(command: Command, team: str = TEAM) -> tuple[Reply, list[Envelope]]:
        async with database.transaction(MessageContext(team, ACTOR, uuid4(), uuid4())) as tx:
            reply = await COMMANDS.commands[type(command)](command, tx)
        return reply, [Envelope.model_validate_json(message.body) for message in tx.outgoing]

    return done


@pytest.fixture
def hear(database: Database) -> Callable[[Event], Awaitable[list[Envelope]]]:
    """Handles an event as the service does; returns what is sent with it."""

    async def heard(event: Event) -> list[Envelope]:
        async with database.transaction(MessageContext(TEAM, ACTOR, uuid4(), uuid4())) as tx:
            await EVENTS.events[type(event)](event, tx)
        return [Envelope.model_validate_json(message.body) for message in tx.outgoing]

    return heard


@pytest.fixture
def created() -> CampaignCreated:
    """A campaign with two copy variants, a generated image, a person's photo, and what the compositor makes."""
    photo = BlobRef(sha256="1" * 64, media_type="image/jpeg", bytes=9)
    variants = [
        KitAsset(id=str(uuid4()), kind="copy_variant", ordinal=n, platform="x", variant_label=label)
        for n, label in enumerate(VARIANT_LABELS[:2], start=1)
    ]
    others = [
        KitAsset(id=str(uuid4()), kind="image", ordinal=1),
        KitAsset(id=str(uuid4()), kind="image", ordinal=2, upload=photo),
        KitAsset(id=str(uuid4()), kind="composited_image", ordinal=1, platform="x"),
        KitAsset(id=str(uuid4()), kind="platform_image", ordinal=1, platform="x", placement="x.square"),
    ]
    profile = BrandProfile(name="茶舗みどり", colours=Colours(primary="#2f5d3a", accent="#f2b8c6"))
    brief = Brief(objective="conversion", product="ほうじ茶", target_audience="20代", platforms=("x",))
    return CampaignCreated(
        campaign_id=str(uuid4()),
        name="春",
        brand=BrandState(id=str(uuid4()), version=1, sha256=BRAND_SHA256, profile=profile),
        brief=BriefState(version=1, sha256=BRIEF_SHA256, brief=brief),
        kit=(*variants, *others),
    )


@pytest.fixture
async def campaign(created: CampaignCreated, hear: Any) -> CampaignCreated:
    """The same campaign, heard of by the service."""
    await hear(created)
    return created


@pytest.fixture
def ask() -> Callable[..., RequestJobs]:
    """A request for some of a campaign's assets."""

    def make(
        campaign: CampaignCreated, *assets: KitAsset, prompt: str | None = None, custom_prompt: str | None = None
    ) -> RequestJobs:
        basis, options = request_basis(BRIEF_SHA256, BRAND_SHA256, prompt), JobOptions(custom_prompt=custom_prompt)
        targets = (JobTarget(kind=asset.kind, asset_id=asset.id, basis=basis, options=options) for asset in assets)
        return RequestJobs(campaign_id=campaign.campaign_id, targets=tuple(targets))

    return make
