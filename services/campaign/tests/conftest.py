"""The campaign service on a database that was set up as an installation's is."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from campaign_service.handlers import SUBSCRIPTIONS
from chassis.context import MessageContext
from chassis.db import Database
from chassis.testing import ACTOR, TEAM
from contracts.campaign import CreateBrand, CreateCampaign
from contracts.envelope import Command, Envelope, Event, Reply
from contracts.values import BrandProfile, Brief, Colours
from saisei_local.environment import with_login
from saisei_local.provision.database import provision_database
from saisei_local.stack import database_name
from saisei_local.tables import migrate_tables

# Roles belong to the whole server, so all tests that share one must give a role the same password.
PASSWORDS = {"campaign": "pw-campaign", "campaign_owner": "pw-campaign_owner"}
COMMANDS, EVENTS = SUBSCRIPTIONS

Do = Callable[..., Awaitable[tuple[Reply, list[Envelope]]]]


@pytest.fixture(scope="session")
def database_url(make_database: Callable[[], str]) -> str:
    """The URL that the running service has: its own role's."""
    url = make_database()

    async def install() -> None:
        await provision_database(url, ["campaign"], PASSWORDS, database_name(url))
        await migrate_tables({"campaign": with_login(url, "saisei_campaign_owner", PASSWORDS["campaign_owner"])})

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, install()).result()
    return with_login(url, "saisei_campaign", PASSWORDS["campaign"])


@pytest.fixture(scope="session")
def broker_url(make_vhost: Callable[[], str]) -> str:
    return make_vhost()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, "campaign", pool_size=10)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def do(database: Database) -> Do:
    """Handles a command as the service does; returns the answer and what is published with it."""

    async def done(command: Command, team: str = TEAM) -> tuple[Reply, list[Envelope]]:
        async with database.transaction(MessageContext(team, ACTOR, uuid4(), uuid4())) as tx:
            reply = await COMMANDS.commands[type(command)](command, tx)
        return reply, [Envelope.model_validate_json(message.body) for message in tx.outgoing]

    return done


@pytest.fixture
def hear(database: Database) -> Callable[[Event], Awaitable[list[Envelope]]]:
    """Handles an event as the service does; returns what is published with it."""

    async def heard(event: Event) -> list[Envelope]:
        async with database.transaction(MessageContext(TEAM, ACTOR, uuid4(), uuid4())) as tx:
            await EVENTS.events[type(event)](event, tx)
        return [Envelope.model_validate_json(message.body) for message in tx.outgoing]

    return heard


@pytest.fixture
def profile() -> BrandProfile:
    return BrandProfile(name="茶舗みどり", colours=Colours(primary="#2f5d3a", accent="#f2b8c6"), tone_tags=("上品",))


@pytest.fixture
def make_brief() -> Callable[..., Brief]:
    def make(**given: Any) -> Brief:
        fields: dict[str, Any] = {
            "objective": "conversion",
            "product": "桜ほうじ茶ラテ",
            "target_audience": "20〜30代の働く女性",
            "platforms": ("instagram", "x", "line"),
        }
        return Brief(**(fields | given))

    return make


@pytest.fixture
async def brand_id(do: Do, profile: BrandProfile) -> str:
    reply, _ = await do(CreateBrand(profile=profile))
    assert reply.body is not None
    return reply.body["brandId"]


@pytest.fixture
def create(do: Do, brand_id: str, make_brief: Callable[..., Brief]) -> Callable[..., Awaitable[Envelope]]:
    """Creates a campaign; returns its `campaign.created`."""

    async def created(images: int = 2, **brief: Any) -> Envelope:
        command = CreateCampaign(name="春の新作", brand_id=brand_id, brief=make_brief(**brief), images=images)
        _, [envelope] = await do(command)
        return envelope

    return created
