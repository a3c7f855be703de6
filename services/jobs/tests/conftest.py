"""The jobs service on a database that was set up as an installation's is."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from chassis.db import Database
from chassis.testing import handle_command, handle_event
from contracts.campaign import BrandState, BriefState, CampaignCreated
from contracts.envelope import Envelope, Event, Reply
from contracts.jobs import JobTarget, RequestJobs
from contracts.values import VARIANT_LABELS, BlobRef, BrandProfile, Brief, Colours, JobOptions, KitAsset
from jobs_service.handlers import SUBSCRIPTIONS
from lineage.basis import request_basis
from lineage.brand import sha256_without_logo
from lineage.canonical import content_hash

from .budget_team import Team, ended

COMMANDS, _, QUERIES, AUDIT, EVENTS = SUBSCRIPTIONS
BRIEF_SHA256 = "a" * 64


@pytest.fixture(scope="session")
def database_url(install: Callable[[str], str]) -> str:
    """The URL that the running service has: its own role's."""
    return install("jobs")


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
    return partial(handle_command, database, COMMANDS)


@pytest.fixture
def hear(database: Database) -> Callable[[Event], Awaitable[list[Envelope]]]:
    """Handles an event as the service does; returns what is sent with it."""
    return partial(handle_event, database, EVENTS)


@pytest.fixture
def created() -> CampaignCreated:
    return a_campaign()


def a_campaign() -> CampaignCreated:
    """A new campaign with two copy variants, a generated image, a person's photo, and what the compositor makes."""
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
    logo = BlobRef(sha256="2" * 64, media_type="image/png", bytes=9)
    colours = Colours(primary="#2f5d3a", accent="#f2b8c6")
    profile = BrandProfile(name="茶舗みどり", colours=colours, logo=logo)
    brief = Brief(objective="conversion", product="ほうじ茶", target_audience="20代", platforms=("x",))
    return CampaignCreated(
        campaign_id=str(uuid4()),
        name="春",
        brand=BrandState(id=str(uuid4()), version=1, sha256=content_hash(profile), profile=profile),
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
        brand_sha256, options = sha256_without_logo(campaign.brand.profile), JobOptions(custom_prompt=custom_prompt)
        basis = request_basis(BRIEF_SHA256, brand_sha256, prompt)
        targets = (JobTarget(kind=asset.kind, asset_id=asset.id, basis=basis, options=options) for asset in assets)
        return RequestJobs(campaign_id=campaign.campaign_id, targets=tuple(targets))

    return make


@pytest.fixture
async def team(database) -> Team:
    # Other tests have told of other prices, some of them later.
    await database.pool.execute("UPDATE prices SET told_at = '-infinity'")
    made = Team(database)
    await made.price(copy_variant=2, image=6)
    return made


@pytest.fixture
async def kit(team, created):
    """A campaign of the team, whose kit was made before there was a limit, and has ended."""
    await team.hear(created)
    for job in await team.jobs("PENDING"):
        await team.hear(ended(job))
    return created
