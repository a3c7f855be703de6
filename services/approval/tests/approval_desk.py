"""A campaign of a team of its own, and people who act on its approval."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from approval_service.handlers import SUBSCRIPTIONS
from chassis.context import MessageContext
from chassis.db import Database
from contracts.approval import ActOnApproval, ApprovalAct, SeenQa, SetApprovalRules
from contracts.campaign import BrandState, BriefState, CampaignCreated
from contracts.compositor import CompositeRendered, PlatformImageRendered
from contracts.copy import CopyRegenerated
from contracts.envelope import Command, Envelope, Event, Origin, Reply
from contracts.image import ImageRegenerated
from contracts.produced import Produced
from contracts.qa import SECTIONS, QaCompleted, QaReport
from contracts.values import AssetKind, BrandProfile, Brief, Colours, InputSet, KitAsset, Wanted
from lineage.manifest import manifest_hash

COMMANDS, EVENTS = SUBSCRIPTIONS
KINDS: tuple[AssetKind, ...] = ("copy_variant", "image", "composited_image", "platform_image", "platform_image")
MODELS: dict[str, tuple[type[Produced], dict[str, Any]]] = {
    "copy_variant": (
        CopyRegenerated,
        {
            "platform": "x",
            "variant_label": "A案",
            "text": {"headline": "春の新茶", "body": "香りを一杯に。", "cta": "詳しく見る"},
            "register_used": "standard",
        },
    ),
    "image": (ImageRegenerated, {"prompt_origin": "derived"}),
    "composited_image": (
        CompositeRendered,
        {"layout": "auto", "contrast": 700, "focal_x": 500, "focal_y": 500},
    ),
    "platform_image": (PlatformImageRendered, {"placement": "x.square", "composite_id": "c"}),
}
PATHS: dict[str, tuple[tuple[str, str, ApprovalAct], ...]] = {
    "none": (),
    "draft": (("sato", "editor", "submit"), ("sato", "editor", "withdraw")),
    "pending_review": (("sato", "editor", "submit"),),
    "pending_approval": (("sato", "editor", "submit"), ("mori", "admin", "review")),
    "approved": (("sato", "editor", "submit"), ("mori", "admin", "review"), ("kato", "admin", "approve")),
    "revision_requested": (("sato", "editor", "submit"), ("mori", "admin", "request_revision")),
    "rejected": (("sato", "editor", "submit"), ("mori", "admin", "reject")),
}
"""By state, one way there: who, as what, does what."""


def digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def of(said: list[Envelope], model: type[Any]) -> list[Any]:
    """What was said of one type."""
    return [model.model_validate(envelope.data) for envelope in said if envelope.type == model.type]


PASSED = {section: {"passed": True} for section in SECTIONS}


def issue(name: str, severity: str = "error", **given: Any) -> dict[str, Any]:
    """One finding of a report."""
    words = {"quote": "", "description": "", "suggestion": ""}
    facts = {"id": name, "target": "t", "field": "body", "rule": "r", "severity": severity, "origin": "rule"}
    return {**facts, **words, **given}


FAILING: dict[str, Any] = {
    "passed": False,
    "sections": {**PASSED, "legal": {"passed": False, "issues": [issue("i1"), issue("i2", "warning")]}},
}


class Desk:
    """One campaign. What it hears and what people ask is handled as the service does; refusals are raised."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.team = f"team-{uuid4()}"
        self.campaign_id = str(uuid4())
        self.kit = tuple(KitAsset(id=str(uuid4()), kind=kind, ordinal=n) for n, kind in enumerate(KINDS, 1))
        self.contents: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.reports = 0

    @property
    def manifest(self) -> str:
        """That of what the kit was told to consist of."""
        return manifest_hash(self.contents)

    async def hear(self, event: Event, actor: str = "tanaka", team: str | None = None) -> list[Envelope]:
        async with self.database.transaction(MessageContext(team or self.team, actor, uuid4(), uuid4())) as tx:
            await EVENTS.events[type(event)](event, tx)
        return [Envelope.model_validate_json(message.body) for message in tx.outgoing]

    async def ask(
        self,
        command: Command,
        actor: str,
        role: str | None,
        *,
        told_at: datetime | None = None,
        team: str | None = None,
    ) -> tuple[Reply, list[Envelope]]:
        origin = Origin(role=role) if role else None
        context = MessageContext(team or self.team, actor, uuid4(), uuid4(), told_at, origin)
        async with self.database.transaction(context) as tx:
            reply = await COMMANDS.commands[type(command)](command, tx)
            tx.account_for(command)
        return reply, [Envelope.model_validate_json(message.body) for message in tx.outgoing]

    async def act(
        self,
        act: ApprovalAct,
        actor: str = "kato",
        role: str | None = "admin",
        *,
        told_at: datetime | None = None,
        team: str | None = None,
        **given: Any,
    ) -> tuple[Reply, list[Envelope]]:
        """One act, seeing everything as it is unless something else is given."""
        command = ActOnApproval.model_validate({**await self.seen(act), **given})
        return await self.ask(command, actor, role, told_at=told_at, team=team)

    async def seen(self, act: ApprovalAct) -> dict[str, Any]:
        """What a person sends who sees everything as it is."""
        row = await self.workflow()
        named = {"campaign_id": self.campaign_id, "act": act, "manifest": self.manifest}
        return {**named, "version": row["version"] if row else 0, "comment": "色を直してください"}

    async def rules(self, self_approval: bool = False, one_admin_both_steps: bool = False, role: str = "admin"):
        command = SetApprovalRules(self_approval=self_approval, one_admin_both_steps=one_admin_both_steps)
        return await self.ask(command, "ueda", role)

    def created(self, kit: tuple[KitAsset, ...] | None = None) -> CampaignCreated:
        profile = BrandProfile(name="茶舗みどり", colours=Colours(primary="#2f5d3a", accent="#f2b8c6"))
        brief = Brief(objective="conversion", product="ほうじ茶", target_audience="20代", platforms=("x",))
        return CampaignCreated(
            campaign_id=self.campaign_id,
            name="春",
            brand=BrandState(id=str(uuid4()), version=1, sha256="1" * 64, profile=profile),
            brief=BriefState(version=1, sha256="2" * 64, brief=brief),
            kit=self.kit if kit is None else kit,
        )

    def version(self, asset: KitAsset, content: str, number: int | None = None, **given: Any) -> Produced:
        """A new version of an asset, the next one unless it is said which."""
        number = self.versions.get(asset.id, 0) + 1 if number is None else number
        if number > self.versions.get(asset.id, 0):
            self.versions[asset.id], self.contents[asset.id] = number, digest(content)
        model, extras = MODELS[asset.kind]
        facts = {
            "campaign_id": self.campaign_id,
            "asset_id": asset.id,
            "version": number,
            "sha256": digest(content),
            "media_type": "image/png",
            "input_hash": "3" * 64,
            "inputs": InputSet(),
            "wanted": Wanted(revision=number),
            "provider": "p",
            "offline": True,
            "reason": "regenerate",
        }
        return model.model_validate({**facts, **extras, **given})

    async def make(self, made_by: Mapping[str, str] | None = None) -> None:
        """The campaign is created and its whole kit made, by tanaka unless an asset's kind says otherwise."""
        await self.hear(self.created())
        for asset in self.kit:
            await self.hear(self.version(asset, f"{asset.id} 1"), (made_by or {}).get(asset.kind, "tanaka"))

    def report(self, **given: Any) -> QaReport:
        """The next report on the kit as it is; it passes unless it is said otherwise."""
        self.reports += 1
        facts = {
            "id": str(uuid4()),
            "campaign_id": self.campaign_id,
            "manifest": self.manifest,
            "mode": "rules",
            "number": self.reports,
            "requested_by": "tanaka",
            "brand_version": 1,
            "rule_set": "1",
            "overall_score": 100,
            "passed": True,
            "sections": PASSED,
            "completed_at": datetime.now(UTC),
        }
        return QaReport.model_validate({**facts, **given})

    async def judge(self, **given: Any) -> QaReport:
        """The next report, heard of."""
        report = self.report(**given)
        await self.hear(QaCompleted(campaign_id=report.campaign_id, report=report))
        return report

    async def reach(self, state: str) -> None:
        """A whole kit that QA passed, whose approval stands there."""
        await self.make()
        await self.judge()
        for actor, role, act in PATHS[state]:
            await self.act(act, actor, role)

    async def workflow(self) -> Any:
        return await self.database.pool.fetchrow("SELECT * FROM workflows WHERE campaign_id = $1", self.campaign_id)

    async def status(self) -> str:
        row = await self.workflow()
        return row["status"] if row else "none"

    async def history(self) -> list[Any]:
        query = "SELECT * FROM history WHERE campaign_id = $1 ORDER BY version"
        return await self.database.pool.fetch(query, self.campaign_id)

    def qa_seen(self, report: QaReport, revision: int | None = None) -> SeenQa:
        return SeenQa(report_id=report.id, revision=revision or report.revision)


async def everything(database: Database) -> dict[str, tuple[Any, ...]]:
    """By table of the service, the chassis' own included: how many rows, and the sum of their hashes."""
    tables = await database.pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'approval'")
    found = {}
    for (table,) in tables:
        query = f"SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {table} t"
        found[table] = tuple(await database.pool.fetchrow(query))
    assert {"workflows", "history", "contents", "outbox", "inbox"} <= found.keys()
    return found
