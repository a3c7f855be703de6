"""QA over HTTP: reports, and who sees which."""

from datetime import UTC, datetime

from contracts.jobs import RequestJobs
from contracts.qa import QaCompleted, QaReport

from .decisions_told import UNSAID


async def test_qa_of_the_submitted_manifest_is_shown_with_the_workflow(workflow, settled, make_envelope):
    await workflow.submitted()
    report = QaReport(
        id="r-1",
        campaign_id=workflow.story.id,
        manifest=workflow.manifest,
        mode="rules",
        number=1,
        requested_by="yamada",
        brand_version=1,
        rule_set="qa-rules/1",
        overall_score=80,
        passed=False,
        sections=UNSAID,
        completed_at=datetime.now(UTC),
    )
    await settled(make_envelope(QaCompleted(campaign_id=workflow.story.id, report=report)))
    assert (await workflow.get())["qa"] == {"verdict": "failing", "reportIds": ["r-1"]}


async def test_full_review_is_a_job_of_the_campaign_and_shown_before_anybody_began(client, workflow, ledger, services):
    answer = await client.post(f"/api/campaigns/{workflow.story.id}/qa", json={"mode": "full"})
    assert (answer.status_code, answer.json()["status"], answer.json()["mode"]) == (202, "pending", "full")
    [asked] = [RequestJobs.model_validate(one.data) for one in services.received if one.type == RequestJobs.type]
    assert [(one.kind, one.asset_id) for one in asked.targets] == [("qa", workflow.story.id)]
    shown = (await client.get(answer.headers["location"])).json()
    assert (shown["id"], shown["jobId"]) == (answer.json()["id"], answer.json()["id"])
    kit = (await client.get(f"/api/campaigns/{workflow.story.id}")).json()["assets"]
    assert {one["kind"] for one in kit} == {"copy_variant", "image", "composited_image", "platform_image"}
