"""QA reports as the API shows them, and what people say of them."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.approval import QaOverride
from contracts.qa import QaMode, Reviewing, Sections
from gateway.schemas import samples
from gateway.schemas.base import Body, CampaignId, Cursor, Hash, JobId, Later, Moment, Person, View, Yen, with_examples
from gateway.schemas.text import Visible

ReportStatus = Literal["pending", "completed", "superseded", "failed"]
ReportId = Annotated[str, Field(examples=[samples.REPORT_ID])]
Reason = Annotated[str, Field(min_length=1, max_length=2000), Visible]
ISSUE = {
    "id": "5f0c2b7d9e1a4c38",
    "target": samples.CLAIM_ID,
    "field": "headline",
    "rule": "legal.number_one",
    "severity": "error",
    "quote": "日本一",
    "description": "「日本一」は順位や「初」「唯一」を示す表示ですが、"
    "だれが・いつ・何を調べた結果かが書かれていません。",
    "suggestion": "「※2026年1月、調査会社名調べ、対象の範囲」のように根拠を併記するか、表現を外してください。",
    "origin": "rule",
    "suppressed": None,
}
PASSED = {"passed": True, "issues": []}
SUPPRESSION = {"reason": samples.SUPPRESS_REASON}
SECTIONS = {
    "keigo": PASSED,
    "brand": PASSED,
    "visual": PASSED,
    "platform": PASSED,
    "legal": {"passed": False, "issues": [ISSUE]},
}


class QaReportView(View):
    """A report on one manifest. `superseded`: the kit had changed before anybody judged it; `stale`: it has since.

    The score is 100, less 20 for each error and 5 for each warning that nobody suppressed, and not below 0.
    """

    id: ReportId
    campaign_id: CampaignId
    status: ReportStatus = Field(examples=["completed"])
    mode: QaMode = Field(examples=["rules"])
    manifest: Hash
    stale: bool = Field(examples=[False])
    revision: int | None = Field(default=None, examples=[1])
    overall_score: int | None = Field(default=None, examples=[80])
    passed: bool | None = Field(default=None, examples=[False])
    sections: Sections | None = Field(default=None, examples=[SECTIONS])
    discarded: int | None = Field(
        default=None, examples=[0], description="How much of what the reviewer said could not be shown in the kit."
    )
    override: QaOverride | None = Field(
        default=None, examples=[None], description="An admin's word that it does not stand in the way of approving."
    )
    brand_version: int | None = Field(default=None, examples=[2])
    rule_set: str | None = Field(default=None, examples=["qa-rules/2"])
    reviewer: str | None = Field(
        default=None, examples=[None], description="The reviewer's model; null for rules alone."
    )
    offline: bool | None = Field(default=None, examples=[False])
    job_id: JobId | None = Field(default=None, examples=[None], description="The paid job that made it.")
    requested_by: Person
    requested_at: Moment
    completed_at: Later | None = None


class QaReportList(View):
    """A page of a campaign's reports, newest first; `reviewYen` is what one more by the paid reviewer is to cost."""

    items: tuple[QaReportView, ...]
    review_yen: Yen | None = Field(description="Null while the qa service has not told its price.")
    next_cursor: Cursor | None = None


class QaBody(Body):
    """`rules` is free; `full` also has the reviewer look, which is a paid job."""

    model_config = with_examples({"mode": "rules"}, {"mode": "full"})

    mode: QaMode = "rules"


class SuppressionBody(Body):
    """Which finding does not count, and why."""

    model_config = with_examples({"issueId": ISSUE["id"], **SUPPRESSION})

    issue_id: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")]
    reason: Reason


class OverrideBody(Body):
    """Why an approval may pass in spite of the report."""

    model_config = with_examples({"reason": samples.OVERRIDE_REASON})

    reason: Reason


class QaRulesBody(Body):
    """When the paid reviewer runs."""

    model_config = with_examples({"reviewing": "always"})

    reviewing: Reviewing = Field(
        description="`on_request`: when somebody asks. `always`: whenever a whole kit has changed "
        "and the rules passed, once a manifest. An approval does not wait for it."
    )


class QaRulesView(View):
    """When the paid reviewer runs; `revision` rises whenever it is set, 0 for never."""

    reviewing: Reviewing = Field(examples=["on_request"])
    revision: int = Field(examples=[1])
