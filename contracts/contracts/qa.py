"""What the qa service publishes and accepts."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from contracts.approval import QaOverride
from contracts.envelope import Command, Event
from contracts.values import Fact, Sha256

QaMode = Literal["rules", "full"]
Section = Literal["keigo", "brand", "visual", "platform", "legal"]
Severity = Literal["error", "warning"]
Reviewing = Literal["on_request", "always"]
SECTIONS: tuple[Section, ...] = ("keigo", "brand", "visual", "platform", "legal")


class Suppression(Fact):
    """A person's reason why a finding does not count."""

    by: str
    reason: str
    at: AwareDatetime


class Issue(Fact):
    """One finding about one field of one asset; `quote` is what it objects to, empty for a picture as a whole.

    `source` is the law, guideline or figure that a rule rests on. `id` is the same wherever the same rule finds the
    same in the same bytes, so a suppression outlives its report.
    """

    id: str
    target: str
    field: str
    rule: str
    severity: Severity
    quote: str
    description: str
    suggestion: str
    origin: Literal["rule", "model"]
    source: str | None = None
    suppressed: Suppression | None = None


class SectionReport(Fact):
    """One section; `passed` when it has no error that nobody suppressed."""

    passed: bool
    issues: tuple[Issue, ...] = ()


class Sections(Fact):
    """A report's sections, all of them, whether or not anything was found."""

    keigo: SectionReport
    brand: SectionReport
    visual: SectionReport
    platform: SectionReport
    legal: SectionReport


class QaReport(Fact):
    """What was found in one manifest. `overall_score` is 0–100; `passed` when no section has an unsuppressed error.

    `revision` rises when a finding is suppressed or the report overridden. `discarded` counts what the model said and
    could not show. `brand_version`, `brief_version` and `rule_set` are what it was judged by; `reviewer` is the model,
    None for rules alone. `job_id` is the paid job that made it.
    """

    id: str
    campaign_id: str
    manifest: Sha256
    mode: QaMode
    number: int
    revision: int = 1
    requested_by: str
    brand_version: int
    brief_version: int = 0
    rule_set: str
    reviewer: str | None = None
    offline: bool = False
    overall_score: int
    passed: bool
    sections: Sections
    discarded: int = 0
    override: QaOverride | None = None
    job_id: str | None = None
    completed_at: AwareDatetime


class QaRequested(Event):
    """A manifest is to be judged; the qa service's own queue reads this."""

    type: ClassVar[str] = "qa.requested"

    campaign_id: str
    report_id: str
    manifest: Sha256
    mode: QaMode
    requested_by: str


class QaReportEvent(Event):
    """Base of what happens to a report; `report` is how it stands afterwards."""

    campaign_id: str
    report: QaReport


class QaCompleted(QaReportEvent):
    type: ClassVar[str] = "qa.completed"


class QaWithdrawn(Event):
    """Nothing comes of a request: the kit had moved on, or judging it was given up. What it is now is judged anew."""

    type: ClassVar[str] = "qa.withdrawn"

    campaign_id: str
    report_id: str


class QaSuppressed(QaReportEvent):
    """A person said of some finding, with a reason, that it does not count."""

    type: ClassVar[str] = "qa.suppressed"


class QaOverridden(QaReportEvent):
    """An admin lets an approval pass in spite of the report, with a reason."""

    type: ClassVar[str] = "qa.overridden"


class QaRulesChanged(Event):
    """A team's own choice of when the paid reviewer runs; `revision` rises with every change."""

    type: ClassVar[str] = "qa.rules_changed"

    revision: int
    reviewing: Reviewing


class RequestQa(Command):
    """Asks for the rules to be run on the kit as it is; the paid reviewer is asked for as a job."""

    type: ClassVar[str] = "qa.request"
    queue: ClassVar[str] = "qa.commands"

    campaign_id: str


class SuppressIssue(Command):
    """Says of a report's finding, with a reason, that it does not count."""

    type: ClassVar[str] = "qa.suppress"
    queue: ClassVar[str] = "qa.commands"

    report_id: str
    issue_id: str
    reason: str


class OverrideQa(Command):
    """Lets an approval pass in spite of a report, with a reason."""

    type: ClassVar[str] = "qa.override"
    queue: ClassVar[str] = "qa.commands"

    report_id: str
    reason: str


class SetQaRules(Command):
    """Sets when the paid reviewer runs: on request alone, or whenever a kit has changed and the rules passed."""

    type: ClassVar[str] = "qa.set_rules"
    queue: ClassVar[str] = "qa.commands"

    reviewing: Reviewing
