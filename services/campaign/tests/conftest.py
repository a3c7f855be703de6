"""The campaign service on a database that was set up as an installation's is."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

import pytest

from campaign_service.handlers import SUBSCRIPTIONS
from chassis.db import Database
from chassis.testing import handle_command, handle_event
from contracts.campaign import CreateBrand, CreateCampaign
from contracts.envelope import Envelope, Event, Reply
from contracts.values import BrandProfile, Brief, Colours

COMMANDS, EVENTS = SUBSCRIPTIONS

Do = Callable[..., Awaitable[tuple[Reply, list[Envelope]]]]


@pytest.fixture(scope="session")
def database_url(install: Callable[[str], str]) -> str:
    """The URL that the running service has: its own role's."""
    return install("campaign")


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
    """Handles a command as the service does; returns the answer and what is sent with it."""
    return partial(handle_command, database, COMMANDS)


@pytest.fixture
def hear(database: Database) -> Callable[[Event], Awaitable[list[Envelope]]]:
    """Handles an event as the service does; returns what is sent with it."""
    return partial(handle_event, database, EVENTS)


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
