"""The qa service as it runs: two processes' worth of it on one database and one broker, and one that dies."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from assets.testing import campaign
from chassis.crashpoints import VARIABLE
from chassis.db import Database
from chassis.messages import to_bytes
from chassis.service import Service
from chassis.testing import Broker, drained, enveloped, eventually, received, running
from chassis.topology import COMMANDS, EVENTS
from contracts.envelope import EVERY_TEAM
from contracts.jobs import GeneratorAnnounced, JobCompleted, RunJob
from contracts.qa import QaCompleted, QaRequested
from contracts.values import JobOptions, KitAsset
from qa_service.judging import Rules
from qa_service.settings import Settings
from qa_service.topology import JOBS, TOPOLOGY
from qa_service.wiring import wired
from saisei_local.provision.broker import declare

from .qa_bench import RULE_SET, Kit, contents, judge, looks, vet
from .scripted_reviewer import ScriptedReviewer

SCRIPT = Path(__file__).with_name("qa_process.py")
TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def qa_database_url(install: Callable[[str], str]) -> str:
    """A database of its own: here a relay runs, which would publish what other tests left in the outbox."""
    return install("qa")


@pytest.fixture
async def broker(module_amqp_url: str) -> AsyncIterator[Broker]:
    await declare(module_amqp_url, [TOPOLOGY])
    async with Broker.at(module_amqp_url) as broker:
        yield broker


@pytest.fixture
def replica(qa_database_url: str, module_amqp_url: str) -> Callable[[], Service]:
    """Makes one more of the service."""

    def make() -> Service:
        urls: dict[str, Any] = {"database_url": qa_database_url, "amqp_url": module_amqp_url, "blob_url": "memory://"}
        settings = Settings(service="qa", settle_seconds=0.1, **urls)
        return wired(settings, Rules(RULE_SET, judge), ScriptedReviewer(offline=True), vet, looks)

    return make


def planned_kit() -> Kit:
    """A campaign as another service tells of it."""
    ids = [str(uuid4()) for _ in range(5)]
    kinds = ("copy_variant", "copy_variant", "image", "composited_image", "platform_image")
    planned = [KitAsset(id=id_, kind=kind, ordinal=1, platform="x") for id_, kind in zip(ids, kinds, strict=True)]
    return Kit(campaign(str(uuid4()), str(uuid4()), *planned))


async def test_kits_whose_news_come_at_once_and_twice_are_judged_once(broker, replica):
    kits = [planned_kit() for _ in range(3)]
    watched = await broker.watch(EVENTS, QaCompleted.type, QaRequested.type)
    async with running(replica(), replica()):
        news = [event for kit in kits for event in (*contents(kit), kit.created)]
        await asyncio.gather(*(broker.tell(event) for event in news for _ in range(2)))
        told = await received(watched, 2 * len(kits))
        assert sorted(one.type for one in told) == [QaCompleted.type] * 3 + [QaRequested.type] * 3
        await eventually(lambda: _nothing_left(broker))
    assert await drained(watched) == []


async def test_report_is_in_the_trace_of_the_change_it_follows(broker, replica):
    kit = planned_kit()
    watched = await broker.watch(EVENTS, QaCompleted.type, QaRequested.type)
    async with running(replica()):
        for event in (kit.created, *contents(kit)):
            envelope, headers = enveloped(event), {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
            properties: dict[str, Any] = {"message_id": str(envelope.id), "type": envelope.type, "headers": headers}
            await broker.publish(EVENTS, event.type, to_bytes(envelope), **properties)
        told = await received(watched, 2)
    assert [(one.traceparent or "").split("-")[1] for one in told] == [TRACE] * 2


async def test_job_runs_to_its_report_and_every_start_tells_who_reviews(broker, replica):
    kit = planned_kit()
    watched = await broker.watch(EVENTS, JobCompleted.type, QaCompleted.type, GeneratorAnnounced.type)
    async with running(replica()):
        [announced] = await received(watched)
        for event in (kit.created, *contents(kit)):
            await broker.tell(event)
        await received(watched)
        job = RunJob(
            job_id=str(uuid4()),
            campaign_id=kit.id,
            kind="qa",
            target_id=kit.id,
            seq=1,
            options=JobOptions(),
            requested_by="editor-1",
            reason="initial",
        )
        await broker.publish(COMMANDS, JOBS, to_bytes(enveloped(job)), type=job.type)
        told = {one.type: one for one in await received(watched, 2)}
    assert (announced.teamid, announced.data["kind"], announced.data["offline"]) == (EVERY_TEAM, "qa", True)
    assert told[QaCompleted.type].data["report"]["jobId"] == told[JobCompleted.type].data["jobId"] == job.job_id


@pytest.mark.parametrize("point", ["after_qa_request", "after_judging", "before_end"])
async def test_killed_between_a_change_and_its_report_leaves_one_report(
    broker, replica, qa_database_url, module_amqp_url, point
):
    kit = planned_kit()
    watched = await broker.watch(EVENTS, QaCompleted.type)
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(SCRIPT), qa_database_url, module_amqp_url, env={**os.environ, VARIABLE: point}
    )
    try:
        for event in (kit.created, *contents(kit)):
            await broker.tell(event)
        async with asyncio.timeout(30):
            assert await process.wait() == -signal.SIGKILL
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    database = Database(qa_database_url, "qa")
    await database.open()
    await database.pool.execute("UPDATE outbox SET leased_until = now() - interval '1 second'")
    async with running(replica()):
        [told] = await received(watched)
        await eventually(lambda: _nothing_left(broker))
        reports = await database.pool.fetchval("SELECT count(*) FROM reports")
    await database.close()
    assert (told.data["campaignId"], reports, await drained(watched)) == (kit.id, 1, [])


async def _nothing_left(broker: Broker) -> bool:
    return not any([await broker.depth(queue.name) for queue in TOPOLOGY.queues])
