"""QA over HTTP: reports, and who sees which."""

from datetime import UTC, datetime

from contracts.jobs import RequestJobs
from contracts.qa import QaCompleted, QaReport

from .decisions_told import UNSAID


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
    report = QaReport(
        id="r-1",
        campaign_id=workflow.story.id,
        manifest=workflow.manifest,
        mode="rules",
        number=1,
        requested_by="yamada",
        brand_version=1,
        rule_set="qa-rules/2",
        overall_score=80,
        passed=False,
        sections=UNSAID,
        completed_at=datetime.now(UTC),
    )
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
