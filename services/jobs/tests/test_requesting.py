"""Jobs are requested here: one per target, in order, and never to repeat a failure unasked."""

import asyncio
from uuid import uuid4

import pytest

from chassis.context import MessageContext
from chassis.topology import COMMANDS
from contracts.campaign import CampaignUpdated
from contracts.jobs import (
    CreateRetryIntent,
    ExecuteRetryIntent,
    JobCancelled,
    JobFailed,
    JobRequested,
    JobSuperseded,
    JobTarget,
    RequestJobs,
    RunJob,
)
from contracts.values import KitAsset
from jobs_service.errors import RetryRequired, UnknownTarget
from jobs_service.service import request_kit
from jobs_service.store import LATEST_JOB

ASSET = "'some-asset'"


def _of(said, model):
    return [(envelope.id, model.model_validate(envelope.data)) for envelope in said if envelope.type == model.type]


async def _fail_latest(hear, database, asset: KitAsset) -> None:
    query = "SELECT id FROM jobs WHERE target_id = $1 ORDER BY seq DESC LIMIT 1"
    job_id = await database.pool.fetchval(query, asset.id)
    identity = {"job_id": job_id, "campaign_id": "c", "kind": asset.kind, "target_id": asset.id}
    await hear(JobFailed.model_validate({**identity, "code": "X", "message": "x"}))


async def test_kit_gets_one_job_per_copy_variant_and_generated_image(created, hear, database):
    said = await hear(created)
    expected = {asset.id for asset in created.kit if asset.kind in ("copy_variant", "image") and not asset.upload}
    runs = _of(said, RunJob)
    assert {run.target_id for _, run in runs} == expected
    assert {event.target_id for _, event in _of(said, JobRequested)} == expected
    assert all(str(message_id) == run.job_id for message_id, run in runs)
    assert {(run.seq, run.reason) for _, run in runs} == {(1, "initial")}
    statuses = await database.pool.fetch("SELECT status FROM jobs WHERE campaign_id = $1", created.campaign_id)
    assert [row["status"] for row in statuses] == ["PENDING"] * 3


async def test_each_kind_goes_to_the_queue_of_its_workers(created, database):
    async with database.transaction(MessageContext("t", "a", uuid4(), uuid4())) as tx:
        await request_kit(created, tx)
    queues = sorted(message.routing_key for message in tx.outgoing if message.exchange == COMMANDS)
    assert queues == ["copy.jobs", "copy.jobs", "image.jobs"]


async def test_job_carries_its_targets_platform_and_label(campaign, do, ask):
    reply, said = await do(ask(campaign, campaign.kit[1], custom_prompt="もっと短く"))
    [(message_id, run)] = _of(said, RunJob)
    assert (run.platform, run.variant_label, run.options.custom_prompt) == ("x", "B案", "もっと短く")
    assert (run.seq, run.reason) == (2, "regenerate")
    assert reply.body == {"jobs": [{"jobId": str(message_id), "targetId": run.target_id}], "skipped": []}
    assert reply.status == 202


async def test_requests_for_one_target_at_once_are_numbered_without_gap_or_double(campaign, do, ask):
    image = campaign.kit[2]
    done = await asyncio.gather(*(do(ask(campaign, image)) for _ in range(20)))
    numbers = [run.seq for _, said in done for _, run in _of(said, RunJob)]
    assert sorted(numbers) == list(range(2, 22))


async def test_requests_at_once_for_the_same_targets_in_other_orders_do_not_deadlock(campaign, do, ask):
    targets = campaign.kit[:3]
    done = await asyncio.gather(*(do(ask(campaign, *targets[:: (-1) ** n])) for n in range(10)))
    assert all(len(_of(said, RunJob)) == 3 for _, said in done)


async def test_asset_named_twice_in_one_request_gets_one_job(campaign, do, ask):
    reply, said = await do(ask(campaign, campaign.kit[0], campaign.kit[0]))
    assert (len(reply.body["jobs"]), len(_of(said, RunJob))) == (1, 1)


async def test_same_request_after_a_failure_is_a_retry_and_refused(campaign, do, hear, ask, database):
    copy = campaign.kit[0]
    await _fail_latest(hear, database, copy)
    with pytest.raises(RetryRequired) as caught:
        await do(ask(campaign, copy))
    assert (caught.value.problem.type, caught.value.problem.status) == ("retry-required", 409)


async def test_refused_repetition_says_what_a_person_can_do(campaign, do, hear, ask, database):
    await _fail_latest(hear, database, campaign.kit[0])
    with pytest.raises(
        RetryRequired, match=r"change the prompt.*or the brand, or have an admin approve a retry of it$"
    ):
        await do(ask(campaign, campaign.kit[0]))


@pytest.mark.parametrize("change", [{"prompt": "夜桜"}, {"custom_prompt": "もっと短く"}])
async def test_changed_basis_or_options_after_a_failure_are_new_work(campaign, do, hear, ask, database, change):
    copy = campaign.kit[0]
    await _fail_latest(hear, database, copy)
    reply, _ = await do(ask(campaign, copy, **change))
    assert len(reply.body["jobs"]) == 1


async def test_failure_before_the_latest_job_asks_for_no_retry(campaign, do, hear, ask, database):
    copy = campaign.kit[0]
    await _fail_latest(hear, database, copy)
    await do(ask(campaign, copy, custom_prompt="もっと短く"))
    reply, _ = await do(ask(campaign, copy))
    assert len(reply.body["jobs"]) == 1


@pytest.mark.parametrize(
    ("end", "more"),
    [(JobCancelled, {"cancelled_by": "editor-1", "billed": "no"}), (JobSuperseded, {"by_seq": 9})],
)
async def test_a_request_that_never_came_to_anything_makes_no_failure_repeatable(
    campaign, do, hear, ask, database, end, more
):
    copy = campaign.kit[0]
    await _fail_latest(hear, database, copy)
    reply, _ = await do(ask(campaign, copy, custom_prompt="もっと短く"))
    [job] = reply.body["jobs"]
    identity = {"job_id": job["jobId"], "campaign_id": campaign.campaign_id, "kind": copy.kind, "target_id": copy.id}
    await hear(end.model_validate(identity | more))
    with pytest.raises(RetryRequired):
        await do(ask(campaign, copy))
    reply, said = await do(ask(campaign, copy, custom_prompt="さらに短く"))
    assert [run.seq for _, run in _of(said, RunJob)] == [3]


async def test_among_several_targets_the_one_that_needs_a_retry_is_skipped_and_named(campaign, do, hear, ask, database):
    failed, image = campaign.kit[0], campaign.kit[2]
    await _fail_latest(hear, database, failed)
    reply, said = await do(ask(campaign, failed, image))
    assert [job["targetId"] for job in reply.body["jobs"]] == [image.id]
    assert reply.body["skipped"] == [{"assetId": failed.id, "reason": "retry-required"}]
    assert len(_of(said, RunJob)) == 1


async def test_photo_has_no_job_of_its_own_until_one_is_asked_for(campaign, do, ask):
    reply, said = await do(ask(campaign, campaign.kit[3], custom_prompt="夜桜"))
    [(_, run)] = _of(said, RunJob)
    assert (run.seq, run.reason, len(reply.body["jobs"])) == (1, "initial", 1)


async def test_target_of_another_team_campaign_or_kind_does_not_exist(campaign, do, ask):
    copy, composite = campaign.kit[0], campaign.kit[4]
    elsewhere = campaign.model_copy(update={"campaign_id": "another"})
    wrong_kind = copy.model_copy(update={"kind": "image"})
    for command in (ask(elsewhere, copy), ask(campaign, wrong_kind), ask(campaign, composite)):
        with pytest.raises(UnknownTarget):
            await do(command)
    with pytest.raises(UnknownTarget):
        await do(ask(campaign, copy), team="team-b")


async def test_one_unknown_target_among_several_leaves_nothing_requested(campaign, do, ask, database):
    stranger = campaign.kit[0].model_copy(update={"id": "nobody's"})
    before = await database.pool.fetchval("SELECT count(*) FROM jobs")
    with pytest.raises(UnknownTarget):
        await do(ask(campaign, campaign.kit[0], stranger))
    assert await database.pool.fetchval("SELECT count(*) FROM jobs") == before


async def test_photo_that_joined_later_can_be_regenerated(campaign, do, hear, ask):
    added = campaign.kit[3].model_copy(update={"id": str(uuid4())})
    fields = campaign.model_dump(include={"campaign_id", "name"})
    said = await hear(
        CampaignUpdated(**fields, revision=2, brand_id=campaign.brand.id, brief=campaign.brief, added=(added,))
    )
    assert said == []
    reply, _ = await do(ask(campaign, added, custom_prompt="夜桜"))
    assert len(reply.body["jobs"]) == 1


async def test_latest_job_of_a_target_is_found_by_index(database):
    async with database.pool.acquire() as conn, conn.transaction():
        await conn.execute("SET LOCAL enable_seqscan = off")
        plan = "\n".join(row[0] for row in await conn.fetch(f"EXPLAIN {LATEST_JOB.replace('$1', ASSET)}"))
    assert "jobs_requests" in plan


async def test_review_of_a_campaign_is_a_job_whose_target_is_the_campaign(campaign, do, hear):
    def asking(basis: str) -> RequestJobs:
        target = JobTarget(kind="qa", asset_id=campaign.campaign_id, basis=basis)
        return RequestJobs(campaign_id=campaign.campaign_id, targets=(target,))

    _, said = await do(asking("1" * 64))
    [(message_id, run)] = _of(said, RunJob)
    assert (run.kind, run.target_id, run.seq) == ("qa", campaign.campaign_id, 1)
    identity = {
        "job_id": str(message_id),
        "campaign_id": campaign.campaign_id,
        "kind": "qa",
        "target_id": run.target_id,
    }
    await hear(JobFailed.model_validate({**identity, "code": "X", "message": "x"}))
    with pytest.raises(RetryRequired):
        await do(asking("1" * 64))
    _, said = await do(asking("2" * 64))
    assert [run.seq for _, run in _of(said, RunJob)] == [2]


async def test_another_teams_campaign_is_reviewed_for_nobody(campaign, do):
    target = JobTarget(kind="qa", asset_id=campaign.campaign_id, basis="1" * 64)
    with pytest.raises(UnknownTarget):
        await do(RequestJobs(campaign_id=campaign.campaign_id, targets=(target,)), team="team-b")


@pytest.mark.parametrize("reopen", [True, False])
async def test_consent_to_reopen_goes_with_the_job_and_a_retry_has_its_own(campaign, do, ask, hear, reopen):
    image = campaign.kit[2]
    _, said = await do(ask(campaign, image).model_copy(update={"reopen": reopen}))
    assert [one.reopen for model in (RunJob, JobRequested) for _, one in _of(said, model)] == [reopen, reopen]
    [(message_id, _)] = _of(said, RunJob)
    identity = {"job_id": str(message_id), "campaign_id": campaign.campaign_id, "kind": "image", "target_id": image.id}
    await hear(JobFailed.model_validate({**identity, "code": "X", "message": "x"}))
    approved, _ = await do(CreateRetryIntent(source_job_id=str(message_id), reason_code="OTHER", reason_text="again"))
    _, said = await do(ExecuteRetryIntent(intent_id=(approved.body or {})["id"], reopen=not reopen))
    assert [one.reopen for _, one in _of(said, RunJob)] == [not reopen]
