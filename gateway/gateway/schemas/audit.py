"""The audit log as admins see it."""

from typing import Literal

from pydantic import Field

from gateway.schemas import samples
from gateway.schemas.base import View

AuditFormat = Literal["jsonl", "csv"]


class AuditFaultView(View):
    """Where the chain is broken, and how as far as can be told."""

    seq: int = Field(examples=[42])
    kind: Literal["changed", "removed", "reordered", "added"] = Field(examples=["changed"])
    detail: str = Field(examples=["entry 42 is not what was written"])


class AuditVerdict(View):
    """Whether the team's audit log is as it was written, from its first entry to its last."""

    ok: bool = Field(examples=[True])
    checked: int = Field(examples=[1024], description="How many entries were read.")
    seq: int = Field(examples=[1024], description="The newest entry's number; keep it with `hash` to ask again later.")
    hash: str = Field(examples=[samples.SHA256], description="The newest entry's hash; empty while there is none.")
    faults: tuple[AuditFaultView, ...] = Field(default=(), examples=[[]], description="The first of them.")
