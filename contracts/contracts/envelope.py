"""CloudEvents 1.0 envelope, structured mode."""

from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.values import Fact

EVERY_TEAM = "*"
"""`teamid` of what no team's person said, and which no team may be called; its `actor` is the service itself.

It stands on facts about the whole installation, and on word from outside whose team only its receiver can tell.
"""

CONTENT_TYPE = "application/cloudevents+json"


class Envelope(BaseModel):
    """One message on the wire; extension names are lower case, as CloudEvents wants them.

    `teamid` is the one team that the message belongs to, or `*` where it is no single team's. `retoldat` is of an event
    that is told again to a service which came later. The last four are of a command that a person sent.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str
    type: str
    subject: str | None = None
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str | None = None
    data: dict[str, Any]
    traceparent: str | None = None
    correlationid: UUID
    causationid: UUID | None = None
    teamid: str
    actor: str
    retoldat: AwareDatetime | None = None
    actorrole: str | None = None
    clientip: str | None = None
    useragent: str | None = None
    requestid: str | None = None

    @property
    def told_at(self) -> datetime:
        """When it was sent, from which its age counts; `time` is when it happened."""
        return self.retoldat or self.time

    @property
    def origin(self) -> "Origin | None":
        """Where a person's command came from; None for everything that services say by themselves."""
        if self.actorrole is None:
            return None
        return Origin(role=self.actorrole, address=self.clientip, user_agent=self.useragent, request_id=self.requestid)


class Origin(Fact):
    """Where a person's request came from. Only commands carry it; events do not tell anyone's address."""

    role: str
    address: str | None = None
    user_agent: str | None = None
    request_id: str | None = None


class Event(Fact):
    """Base of facts that happened; `type` is the CloudEvents type and the routing key."""

    type: ClassVar[str]


class Command(Fact):
    """Base of requests to one service; `type` is the CloudEvents type, `queue` the routing key on saisei.commands."""

    type: ClassVar[str]
    queue: ClassVar[str]


class Problem(Fact):
    """An RFC 9457 problem: why a command was refused."""

    type: str
    title: str
    status: int
    detail: str
    extras: dict[str, Any] = Field(default_factory=dict)


class Reply(Fact):
    """A command's answer: its body or a problem, and the ids of the events it caused."""

    type: ClassVar[str] = "command.replied"

    status: int
    body: dict[str, Any] | None = None
    problem: Problem | None = None
    emitted: tuple[UUID, ...] = ()


class AuditRecorded(Event):
    """What a person did, told in the act's own transaction; the jobs service keeps it in the audit log.

    `action` is the command's type. It names its campaign as `about`, and so is in no campaign's stream: it tells where
    people are. `before` and `after` are what the act changed, as far as the acting service says so.
    """

    type: ClassVar[str] = "audit.recorded"

    at: AwareDatetime
    action: str
    target_kind: str
    target_id: str
    about: str | None = None
    origin: Origin
    trace_id: str | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
