"""A cascade as a tree: nothing lost, settled only when it is."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from contracts.campaign import BrandUpdated
from contracts.compositor import (
    BrandFollowed,
    CompositeInvalidated,
    CompositeRendered,
    PlatformImageRendered,
    RenderFailed,
)
from contracts.envelope import Reply
from contracts.image import ImageRegenerated
from contracts.jobs import Attempt, JobCompleted, JobFailed, JobProgressed, JobRequested, JobStarted, RequestJobs
from contracts.values import InputSet, JobOptions, UpstreamRef, Wanted
from gateway.readmodel.cascade_store import CascadeEvent
from gateway.readmodel.cascades import root_of
from lineage.staleness import input_hash

from .world import produced

START = datetime(2026, 11, 20, tzinfo=UTC)


def count(node):
    return 1 + sum(count(child) for child in node["children"])


def find(node, type_):
    """The first node of this type."""
    nodes = [node]
    while nodes[0]["type"] != type_:
        nodes = [*nodes[0]["children"], *nodes[1:]]
    return nodes[0]


@pytest.fixture
async def job(client, settled, story, make_envelope, services):
    """A regeneration asked for over HTTP: its job's id and cascade, and a way to tell what happened next."""
    await settled(make_envelope(story.created))

    async def answer(command, services):
        job_id = str(uuid4())
        event = JobRequested(
            job_id=job_id,
            campaign_id=story.id,
            kind="image",
            target_id=story.image,
            seq=1,
            options=JobOptions(),
            requested_by="yamada",
            cascade_id=str(command.correlationid),
        )
        told = make_envelope(event, cause=command.id, cascade=command.correlationid, subject=job_id)
        await services.publish(told)
        return Reply(status=202, body={"jobs": [job_id]}, emitted=(told.id,))

    services.on(RequestJobs, answer)
    body = {"type": "image", "assetId": story.image}
    return (await client.post(f"/api/campaigns/{story.id}/regenerate", json=body)).json()


@pytest.fixture
def happens(job, settled, story, make_envelope, services):
    async def tell(event, cause, at=None):
        envelope = make_envelope(event, cause=cause, cascade=services.received[0].correlationid, at=at)
        await settled(envelope)
        return envelope.id

    return tell


def of_job(job, story, model, **fields):
    return model(job_id=job["id"], campaign_id=story.id, kind="image", target_id=story.image, **fields)


async def test_cascade_is_a_tree_from_the_request_to_the_last_render(client, job, happens, story):
    path = f"/api/cascades/{job['cascadeId']}"
    assert (await client.get(path)).json()["status"] == "running"
    now = datetime.now(UTC)
    await happens(of_job(job, story, JobStarted, epoch=1), job["id"], now)
    attempt = Attempt(n=1, started_at=now, outcome="succeeded", cost_yen=6)
    done = {"version": 1, "sha256": "a" * 64, "changed": True, "attempts": (attempt,), "cost_yen": 6}
    await happens(of_job(job, story, JobCompleted, **done), job["id"], now + timedelta(milliseconds=1500))
    wanted = Wanted(revision=0, upstream={"brand": story.brand.id})
    owed = CompositeInvalidated(
        campaign_id=story.id, composite_id=story.composite, version=0, causes=(), held=False, wanted=wanted
    )
    cause = await happens(owed, job["id"])
    assert (await client.get(path)).json()["status"] == "running"
    brand = UpstreamRef(id=story.brand.id, version=1, sha256=story.brand.sha256)
    inputs = InputSet(upstream={"brand": brand})
    rendered = CompositeRendered(
        campaign_id=story.id,
        asset_id=story.composite,
        version=1,
        sha256="b" * 64,
        media_type="image/jpeg",
        input_hash=input_hash(inputs),
        inputs=inputs,
        wanted=wanted,
        provider="compositor",
        offline=True,
        reason="cascade",
        duration_ms=40,
        layout="bottom",
        contrast=500,
        focal_x=1,
        focal_y=1,
    )
    await happens(rendered, cause)
    told = (await client.get(path)).json()
    root = told["root"]
    assert (root["type"], root["method"], root["actor"]) == ("request", "POST", "yamada")
    requested = root["children"][0]
    assert (requested["type"], requested["durationMs"], requested["costYen"]) == ("job.requested", 1500, 6)
    assert find(root, "composite.invalidated")["children"][0]["type"] == "composite.rendered"
    assert find(root, "composite.rendered")["durationMs"] == 40
    assert told["costYen"] == 6
    assert count(root) == 6


async def test_cascade_is_running_while_what_rests_on_its_output_is_owed(client, job, happens, story):
    made = ImageRegenerated(
        campaign_id=story.id,
        asset_id=story.image,
        version=1,
        sha256="a" * 64,
        media_type="image/jpeg",
        input_hash=input_hash(InputSet()),
        inputs=InputSet(),
        wanted=Wanted(revision=0),
        provider="offline",
        offline=True,
        reason="initial",
        prompt_origin="derived",
    )
    await happens(made, job["id"])
    await happens(of_job(job, story, JobCompleted, version=1, sha256="a" * 64, changed=True), job["id"])
    path = f"/api/cascades/{job['cascadeId']}"
    assert (await client.get(path)).json()["status"] == "running"
    failed = RenderFailed(
        campaign_id=story.id,
        asset_id=story.composite,
        kind="composited_image",
        code="LAYOUT_OVERFLOW",
        message="入りません",
        wanted=Wanted(revision=0),
    )
    await happens(failed, job["id"])
    assert (await client.get(path)).json()["status"] == "settled"


async def test_cascade_is_running_while_a_finished_jobs_version_has_not_arrived(client, job, happens, story):
    await happens(of_job(job, story, JobCompleted, version=1, sha256="a" * 64, changed=True), job["id"])
    assert (await client.get(f"/api/cascades/{job['cascadeId']}")).json()["status"] == "running"


async def test_cascade_is_running_until_the_brands_last_composites_were_reconsidered(
    client, settled, story, make_envelope
):
    await settled(make_envelope(story.created))
    cascade = uuid4()
    brand = story.brand.model_copy(update={"version": 2})

    async def status(event) -> str:
        await settled(make_envelope(event, cause=None, cascade=cascade))
        return (await client.get(f"/api/cascades/{cascade}")).json()["status"]

    assert await status(BrandUpdated(brand=brand)) == "running"
    assert await status(BrandFollowed(brand_id=brand.id, version=2, last="some-composite")) == "running"
    assert await status(BrandFollowed(brand_id=brand.id, version=2, last=None)) == "settled"


async def test_cascade_is_running_until_the_workflow_has_moved_for_its_content(
    client, workflow, settled, make_envelope, story
):
    await workflow.submitted()
    composite = UpstreamRef(id=story.composite, version=1, sha256=f"{1:064x}")
    fields = produced(story, story.size, 2, {"composite": composite}, provider="compositor", offline=True)
    cut = PlatformImageRendered(**fields, placement="instagram.feed_square", composite_id=story.composite)
    await settled(make_envelope(cut, cascade=(cascade := uuid4())))
    assert (await client.get(f"/api/cascades/{cascade}")).json()["status"] == "running"
    await workflow.moved("reopened", "draft")
    assert (await client.get(f"/api/cascades/{cascade}")).json()["status"] == "settled"


async def test_cascade_of_the_bytes_that_were_submitted_moves_no_workflow_and_has_settled(client, workflow):
    await workflow.submitted()
    await workflow.rewritten(cascade=(cascade := uuid4()), sha256=f"{1:064x}")
    assert (await client.get(f"/api/cascades/{cascade}")).json()["status"] == "settled"


async def test_waiting_for_a_cascade_answers_when_it_has_settled(client, job, happens, story):
    path = f"/api/cascades/{job['cascadeId']}"
    waiting = asyncio.create_task(client.get(path, headers={"Prefer": "wait=20"}))
    await happens(of_job(job, story, JobFailed, code="REFUSED", message="refused"), job["id"])
    assert (await waiting).json()["status"] == "settled"


async def test_cascades_of_a_campaign_are_listed_with_their_request(client, job, story):
    listed = (await client.get(f"/api/campaigns/{story.id}/cascades")).json()["items"]
    assert [one["path"] for one in listed] == [f"/api/campaigns/{story.id}/regenerate", None]
    assert listed[0]["unfinishedJobs"] == 1


async def test_another_teams_cascade_is_not_found(client, job, make_token):
    theirs = {"Authorization": f"Bearer {make_token(team='team-b')}"}
    assert (await client.get(f"/api/cascades/{job['cascadeId']}", headers=theirs)).status_code == 404


def event(cause=None, **data):
    return CascadeEvent(uuid4(), "c", 1, JobProgressed.type, None, "/saisei/image", START, cause, None, None, data)


def ids(nodes):
    return [found for node in nodes for found in (node.id, *ids(node.children))]


def test_orphans_and_circles_are_shown_and_nothing_twice():
    lost, top = event(cause=uuid4()), event()
    under = event(cause=top.id)
    first = event()
    second = event(cause=first.id)
    circle = [replace(first, causation_id=second.id), second]
    root = root_of(None, [lost, top, under, *circle])
    assert sorted(ids(root.children)) == sorted(str(one.id) for one in (lost, top, under, first, second))
    assert next(node for node in root.children if node.id == str(lost.id)).orphan
