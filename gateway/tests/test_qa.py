"""QA over HTTP: reports, and who sees which."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from chassis.testing import eventually
from contracts.envelope import Reply
from contracts.jobs import JobCompleted, JobEvent, JobFailed, RequestJobs
from contracts.qa import QaCompleted, QaReport, QaRequested, QaWithdrawn, RequestQa

from .decisions_told import UNSAID, report_of


def _of_today(report, workflow):
    """The same under the brief as it is, with one error that stands and one that was suppressed."""
    said = {"target": "t", "field": "body", "rule": "r", "severity": "error", "quote": "q", "description": "d"}
    stands = {**said, "id": "i1", "suggestion": "s", "origin": "rule"}
    suppressed = {**stands, "id": "i2", "suppressed": {"by": "yamada", "reason": "出典あり", "at": datetime.now(UTC)}}
    legal = {"passed": False, "issues": [stands, suppressed]}
    sections = UNSAID.model_dump() | {"legal": legal}
    newer = report.model_dump() | {"id": "r-2", "number": 2, "brief_version": 1, "sections": sections}
    return QaCompleted(campaign_id=workflow.story.id, report=QaReport.model_validate(newer))


async def test_qa_of_the_submitted_manifest_is_shown_with_the_workflow(workflow, settled, make_envelope):
    await workflow.submitted()
    report = report_of(workflow.story.id, id="r-1", manifest=workflow.manifest)
    await settled(make_envelope(QaCompleted(campaign_id=workflow.story.id, report=report)))
    assert (await workflow.get())["qa"]["verdict"] == "missing"
    await settled(make_envelope(_of_today(report, workflow)))
    told = (await workflow.get())["qa"]
    assert (told["verdict"], told["reportIds"]) == ("failing", ["r-2"])
    assert [one["suppressed"]["by"] for one in told["suppressedErrors"]] == ["yamada"]


async def test_full_review_is_a_job_of_the_campaign_and_shown_before_anybody_began(client, workflow, ledger, services):
    answer = await client.post(f"/api/campaigns/{workflow.story.id}/qa", json={"mode": "full"})
    assert (answer.status_code, answer.json()["status"], answer.json()["mode"]) == (202, "pending", "full")
    [asked] = [RequestJobs.model_validate(one.data) for one in services.received if one.type == RequestJobs.type]
    assert [(one.kind, one.asset_id) for one in asked.targets] == [("qa", workflow.story.id)]
    shown = (await client.get(answer.headers["location"])).json()
    assert (shown["id"], shown["jobId"]) == (answer.json()["id"], answer.json()["id"])
    kit = (await client.get(f"/api/campaigns/{workflow.story.id}")).json()["assets"]
    assert {one["kind"] for one in kit} == {"copy_variant", "image", "composited_image", "platform_image"}


@pytest.mark.parametrize("report_first", [True, False])
async def test_wait_for_a_full_review_ends_once_its_report_and_its_job_are_both_told(
    client, workflow, asked_and_waiting, settled, report_first
):
    waiting, report, job_done = await asked_and_waiting(seconds=20)
    first, second = (report, job_done) if report_first else (job_done, report)
    await settled(first)
    assert (await asyncio.wait([waiting], timeout=0.5))[0] == set()
    await settled(second)
    answer = await waiting
    assert (answer.status_code, answer.json()["status"]) == (200, "completed")
    assert (await client.get(f"/api/jobs/{answer.json()['jobId']}")).json()["status"] == "COMPLETED"


async def test_too_short_a_wait_answers_with_the_report_and_as_accepted_while_its_job_is_not_told_as_done(
    workflow, asked_and_waiting, settled
):
    waiting, report, _ = await asked_and_waiting(seconds=1)
    await settled(report)
    answer = await waiting
    assert (answer.status_code, answer.json()["status"], answer.json()["passed"]) == (202, "completed", True)


async def test_wait_for_a_review_that_fails_ends_with_its_job(
    client, workflow, asked_and_waiting, settled, make_envelope
):
    waiting, _, job_done = await asked_and_waiting(seconds=20)
    told = JobCompleted.model_validate(job_done.data)
    failed = JobFailed(**told.model_dump(include=set(JobEvent.model_fields)), code="REFUSED", message="refused")
    await settled(make_envelope(failed, cascade=job_done.correlationid))
    answer = await waiting
    assert (answer.status_code, answer.json()["status"]) == (200, "failed")


async def test_wait_for_a_report_by_rules_ends_when_the_kit_is_another_before_it_was_judged(
    client, workflow, services, settled, make_envelope
):
    report_id, campaign = str(uuid4()), workflow.story.id
    services.on(RequestQa, _answering(Reply(status=202, body={"reportId": report_id})))
    identity = {"report_id": report_id, "campaign_id": campaign}
    await settled(
        make_envelope(QaRequested(**identity, manifest="a" * 64, mode="rules", requested_by="yamada")),
        make_envelope(QaWithdrawn(**identity)),
    )
    answer = await client.post(f"/api/campaigns/{campaign}/qa", json={"mode": "rules"}, headers={"Prefer": "wait=20"})
    assert (answer.status_code, answer.json()["status"]) == (200, "superseded")


def _answering(reply):
    async def answer(_command, _services):
        return reply

    return answer


@pytest.fixture
def asked_and_waiting(client, workflow, services, ledger, make_envelope):
    """Asks for a full review and waits for it; also how it is told of: the report, and the end of its job."""

    async def ask(seconds):
        manifest = (await workflow.get())["currentManifest"]
        path, prefer = f"/api/campaigns/{workflow.story.id}/qa", {"Prefer": f"wait={seconds}"}
        waiting = asyncio.create_task(client.post(path, json={"mode": "full"}, headers=prefer))
        job_id, *_ = await eventually(lambda: ledger)
        [cascade] = [one.correlationid for one in services.received if one.type == RequestJobs.type]
        campaign = workflow.story.id
        found_nothing = {"mode": "full", "overall_score": 100, "passed": True}
        told = report_of(campaign, id=job_id, job_id=job_id, manifest=manifest, **found_nothing)
        report = QaCompleted(campaign_id=campaign, report=told)
        identity = {"job_id": job_id, "campaign_id": campaign, "kind": "qa", "target_id": campaign}
        job_done = JobCompleted(**identity, version=1, sha256="1" * 64, changed=True)
        return waiting, make_envelope(report, cascade=cascade), make_envelope(job_done, cascade=cascade)

    return ask
