"""A database with the tables of an asset-owning service, an asset in it, and units of work on them."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from assets import store
from assets.model import Asset, Made, Piece, recorded
from assets.tables import ADD_CANCELLED, ASSET_STATEMENTS, CALL_RATES, EXECUTION_STATEMENTS, SPEND_COLUMNS
from chassis.context import MessageContext
from chassis.db import Database
from chassis.subscriptions import Work
from chassis.tables import STATEMENTS
from chassis.testing import ACTOR, TEAM, Happened, enveloped
from chassis.transaction import Transaction
from contracts.jobs import RunJob
from contracts.values import InputSet, JobOptions, Wanted

Begin = Callable[..., AbstractAsyncContextManager[Transaction]]


@pytest.fixture(scope="module")
def database_url(make_database: Callable[[], str]) -> str:
    return make_database()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    connection = await asyncpg.connect(database_url)
    if not await connection.fetchval("SELECT to_regclass('assets')"):
        money = (SPEND_COLUMNS, CALL_RATES)
        for statement in (*STATEMENTS, *ASSET_STATEMENTS, *EXECUTION_STATEMENTS, *money, *ADD_CANCELLED):
            await connection.execute(statement)
    await connection.close()
    database = Database(database_url, "owner", pool_size=8)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def begin(database: Database) -> Begin:
    """Opens a unit of work, of the usual team unless said otherwise."""

    def opened(team: str = TEAM) -> AbstractAsyncContextManager[Transaction]:
        return database.transaction(MessageContext(team, ACTOR, uuid4(), uuid4()))

    return opened


@pytest.fixture
def work(database: Database) -> Callable[[], Work]:
    """One delivery of one message each."""
    return lambda: Work(database, "owner.jobs", enveloped(Happened(n=1)))


@pytest.fixture
async def asset(begin: Begin) -> Asset:
    """An image that was never made, resting on a brief and a brand at their first versions."""
    campaign, brand, identity = (str(uuid4()) for _ in range(3))
    wanted = Wanted(revision=0, upstream={"brief": campaign, "brand": brand}, parameters={"prompt": "桜"})
    fields: dict[str, Any] = {"platform": None, "variant_label": None, "placement": None}
    counters: dict[str, Any] = {"version": 0, "newest_seq": 0, "applied_seq": 0, "pinned": False, "pinned_revision": 0}
    made = Asset(identity, TEAM, campaign, "image", 1, wanted=wanted, **fields, **counters)
    async with begin() as tx:
        await store.insert(tx.conn, made)
        for piece in (campaign, brand):
            await store.learn(tx.conn, TEAM, Piece(piece, 1, "a" * 64, {}))
    return made


@pytest.fixture
def picture() -> Callable[..., Made]:
    """Something just made for an asset from its pieces as they are given."""

    def make(asset: Asset, sha256: str = "1" * 64, pieces: dict[str, Piece] | None = None, **given: Any) -> Made:
        known = pieces or {role: Piece(piece, 1, "a" * 64, {}) for role, piece in asset.wanted.upstream.items()}
        inputs = InputSet(upstream=recorded(known), parameters=given.pop("parameters", asset.wanted.parameters))
        fields: dict[str, Any] = {"provider": "offline", "offline": True, "reason": "regenerate"} | given
        return Made(sha256=sha256, media_type="image/png", inputs=inputs, **fields)

    return make


@pytest.fixture
def run_job() -> Callable[..., RunJob]:
    def make(asset: Asset, seq: int) -> RunJob:
        return RunJob(
            job_id=str(uuid4()),
            campaign_id=asset.campaign_id,
            kind="image",
            target_id=asset.id,
            seq=seq,
            options=JobOptions(),
            requested_by=ACTOR,
            reason="regenerate",
        )

    return make
