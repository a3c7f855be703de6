"""What an approval is, said a second time and as briefly as possible."""

from dataclasses import dataclass, field
from typing import Any

from lineage.manifest import manifest_hash

from .approval_desk import digest
from .test_transitions import ALLOWED, EDITORS

LOCKED = ("pending_review", "pending_approval", "approved")


@dataclass
class Model:
    """One campaign. Contents are (version, words, who asked) by asset id, `judged` is QA's newest word by manifest."""

    contents: dict[str, tuple[int, str, str]]
    status: str = "none"
    history: list[str] = field(default_factory=list)
    pinned: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    submitter: str = ""
    reviewer: str = ""
    judged: dict[str, str] = field(default_factory=dict)
    own_allowed: bool = False
    both_allowed: bool = False

    @property
    def version(self) -> int:
        return len(self.history)

    @property
    def current(self) -> str:
        return of_contents(self.contents)

    @property
    def manifest(self) -> str | None:
        """The pinned one."""
        return None if self.status in ("none", "draft") else of_contents(self.pinned)

    def refusal(self, act: str, who: str, role: str, version: int, manifest: str) -> str | None:
        """Why an act is refused; None when it is not."""
        if role != "admin" and not (role == "editor" and act in EDITORS):
            return "forbidden"
        if (self.status, act) not in ALLOWED or version != self.version:
            return "approval-conflict"
        fitting = {"submit": (self.current,), "revise": (self.current, self.manifest)}.get(act, (self.manifest,))
        if manifest not in fitting:
            return "manifest-changed"
        return self._not_approved(who) if act == "approve" else None

    def _not_approved(self, who: str) -> str | None:
        makers = {made_by for _, _, made_by in self.pinned.values()}
        if who in {self.submitter, *makers} and not self.own_allowed:
            return "self-approval"
        if who == self.reviewer and not self.both_allowed:
            return "both-steps"
        return None if self.judged.get(self.current) in ("passed", "overridden") else "qa-blocks"

    def act(self, act: str, who: str) -> None:
        """What an act does that is not refused."""
        self.status, action, _ = ALLOWED[self.status, act]
        self.history.append(action)
        if act == "submit":
            self.pinned, self.submitter, self.reviewer = dict(self.contents), who, ""
        if act == "review":
            self.reviewer = who

    def hear(self, asset_id: str, version: int, words: str, made_by: str, reopen: bool) -> None:
        """What a version does that arrives, whether it is new or not."""
        if version <= self.contents[asset_id][0]:
            return
        self.contents[asset_id] = (version, words, made_by)
        if self.status in LOCKED and self.current != self.manifest:
            self.status = "draft"
            self.history.append("reopened" if reopen else "voided")


def of_contents(contents: dict[str, tuple[int, str, Any]]) -> str:
    return manifest_hash({asset_id: digest(words) for asset_id, (_, words, _) in contents.items()})
