"""The qa service on a real database, with rules and a reviewer that the test writes."""

import hashlib
from collections.abc import Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from assets.testing import Bench, Clock, campaign, job_for
from chassis.context import MessageContext
from chassis.db import Database
from chassis.testing import TEAM, enveloped
from contracts.campaign import CampaignCreated
from contracts.compositor import CompositeRendered, PlatformImageRendered
from contracts.copy import CopyRegenerated
from contracts.envelope import Command, Reply
from contracts.image import ImageRegenerated
from contracts.jobs import RunJob
from contracts.produced import Produced
from contracts.qa import QaCompleted, QaReport, QaRequested, Section, Severity
from contracts.values import VARIANT_LABELS, CopyText, InputSet, KitAsset, Wanted
from lineage.canonical import content_hash
from qa_service.domain import TEXT_FIELDS, Finding, Judged, field_text
from qa_service.due import Due
from qa_service.handlers import subscriptions
from qa_service.judging import Rules, RulesWorker
from qa_service.reviewer import Claim, Look
from qa_service.service import Requesting
from qa_service.worker import ReviewWorker

from .scripted_reviewer import ScriptedReviewer

RULE_SET = "test-1"
SETTLE = timedelta(seconds=1)
ERROR, WARNING = "最高", "！！"


_OBJECTIONS: tuple[tuple[str, Section, str, Severity], ...] = (
    (ERROR, "legal", "superlative", "error"),
    (WARNING, "brand", "exclamation", "warning"),
)


def judge(judged: Judged) -> list[Finding]:
    """Objects to each 最高 and to each ！！."""
    return [
        Finding(section, words.asset_id, field, rule, severity, quote, "根拠のない表現です", "言い換える")
        for words in judged.words
        for field in TEXT_FIELDS
        for quote, section, rule, severity in _OBJECTIONS
        for _ in range(field_text(words.text, field).count(quote))
    ]


def vet(judged: Judged, claims: Sequence[Claim], seen: Collection[str]) -> tuple[tuple[Finding, ...], int]:
    """Keeps the claims whose quote is in the body, or whose picture was shown."""
    bodies = {words.asset_id: words.text.body for words in judged.words}
    kept = [one for one in claims if one.target in seen or one.quote in bodies.get(one.target, ())]
    names = Claim.__dataclass_fields__
    found = tuple(Finding(**{name: getattr(one, name) for name in names}) for one in kept)
    return found, len(claims) - len(kept)


async def looks(judged: Judged) -> tuple[Look, ...]:
    """Every composite is shown."""
    shown = [one for one in judged.pictures if one.kind == "composited_image"]
    return tuple(Look(one.asset_id, "image/jpeg", one.sha256.encode()) for one in shown)


@dataclass(frozen=True)
class Kit:
    """A campaign of two variants, an image, a composite and a platform image."""

    created: CampaignCreated

    @property
    def id(self) -> str:
        """The campaign's id."""
        return self.created.campaign_id

    @property
    def brand_id(self) -> str:
        """The brand's id."""
        return self.created.brand.id

    @property
    def ids(self) -> list[str]:
        """Two variants, image, composite, platform image."""
        return [asset.id for asset in self.created.kit]


class QaBench(Bench):
    """The qa service with a scripted reviewer."""

    def __init__(self, database: Database, reviewer: ScriptedReviewer) -> None:
        self.reviewer, self.clock, self.judgements = reviewer, Clock(), 0
        rules, requesting = Rules(RULE_SET, self._judge), Requesting(RULE_SET)
        worker = ReviewWorker(reviewer, rules, vet, looks, self.clock.sleep)
        self.due = Due(database, requesting, SETTLE, lambda _traceparent: nullcontext())
        super().__init__(database, subscriptions(requesting, RulesWorker(rules), worker, 2))

    async def planned(self, brand_id: str | None = None) -> Kit:
        """A campaign of which nothing was made."""
        labels = enumerate(VARIANT_LABELS[:2], 1)
        variants = [_planned("copy_variant", n, platform="x", variant_label=label) for n, label in labels]
        pictures = [_planned("image"), _planned("composited_image", platform="x")]
        size = _planned("platform_image", platform="x", placement="x.square")
        created = campaign(str(uuid4()), brand_id or str(uuid4()), *variants, *pictures, size)
        await self.hear(created)
        return Kit(created)

    async def made(self, *texts: str, brand_id: str | None = None) -> Kit:
        """A campaign of which everything was made; the texts are the variants' bodies."""
        kit = await self.planned(brand_id)
        for event in contents(kit, *texts):
            await self.hear(event)
        return kit

    async def judged(self, *texts: str, brand_id: str | None = None) -> tuple[Kit, QaReport]:
        """The same, with its report by the rules."""
        kit = await self.made(*texts, brand_id=brand_id)
        await self.settle()
        return kit, self.reports(kit)[-1]

    async def settle(self) -> None:
        """Quiet for long enough, whatever is due is asked for and judged."""
        await self.quiet()
        await self.due.ask()
        await self.judge_all()

    async def quiet(self) -> None:
        """A second passes without any change."""
        await self.database.pool.execute("UPDATE due SET due_at = due_at - interval '1 second'")

    async def due_rows(self, kit: Kit) -> int:
        """Whether a campaign is marked as due."""
        return await self.database.pool.fetchval("SELECT count(*) FROM due WHERE campaign_id = $1", kit.id)

    async def judge_all(self) -> None:
        """Delivers every request for the rules that was published."""
        for message_id, event in self.requested():
            await self.work(event, message_id)

    def requested(self, kit: Kit | None = None) -> list[tuple[UUID, QaRequested]]:
        """Requests that were published, with their message ids."""
        found = [(one.id, QaRequested.model_validate(one.data)) for one in self.said if one.type == QaRequested.type]
        return [(id_, event) for id_, event in found if kit is None or event.campaign_id == kit.id]

    def reports(self, kit: Kit) -> list[QaReport]:
        """A campaign's reports as they were told when they were made."""
        return [told.report for told in self.told(QaCompleted) if told.campaign_id == kit.id]

    async def job(self, kit: Kit, seq: int = 1) -> RunJob:
        """The `seq`th request for a review."""
        return job_for(await self.asset(kit.id), seq)

    async def ask(self, command: Command, team: str = TEAM, role: str = "editor") -> Reply:
        """Handles a person's command as the consumer does. Raises TellUser."""
        handler = next(each.commands[type(command)] for each in self._subscriptions if type(command) in each.commands)
        envelope = enveloped(command, team=team).model_copy(update={"actorrole": role})
        async with self.database.transaction(MessageContext.of(envelope)) as tx:
            reply = await handler(command, tx)
            tx.account_for(command)
            return reply

    def _judge(self, judged: Judged) -> list[Finding]:
        self.judgements += 1
        return judge(judged)


def contents(kit: Kit, *texts: str) -> list[Produced]:
    """First versions of everything in a kit."""
    first, second, image, composite, size = kit.ids
    bodies = [*texts, "香りのよいお茶です。", "ほっとする一杯です。"][:2]
    words = [copy_of(kit, asset_id, body) for asset_id, body in zip((first, second), bodies, strict=True)]
    picture: dict[str, Any] = {"media_type": "image/jpeg", "width": 800, "height": 800, "bytes": 90_000}
    return [
        *words,
        ImageRegenerated(**_fields(kit, image), **picture, prompt_origin="derived"),
        CompositeRendered(**_fields(kit, composite), **picture, layout="left", contrast=610, focal_x=5, focal_y=5),
        PlatformImageRendered(**_fields(kit, size), **picture, placement="x.square", composite_id=composite),
    ]


def copy_of(kit: Kit, asset_id: str, body: str, version: int = 1) -> CopyRegenerated:
    """A version of a variant."""
    text = CopyText(headline="新しいお茶", body=body, cta="詳しく見る", hashtags=("#春",))
    fields: dict[str, Any] = _fields(kit, asset_id, version) | {
        "sha256": content_hash(text),
        "media_type": "application/json",
    }
    return CopyRegenerated(**fields, platform="x", variant_label="A案", text=text, register_used="standard")


def _fields(kit: Kit, asset_id: str, version: int = 1) -> dict[str, Any]:
    return {
        "campaign_id": kit.id,
        "asset_id": asset_id,
        "version": version,
        "sha256": hashlib.sha256(f"{asset_id}/{version}".encode()).hexdigest(),
        "input_hash": "0" * 64,
        "inputs": InputSet(),
        "wanted": Wanted(revision=0),
        "provider": "test",
        "offline": False,
        "reason": "initial",
    }


def _planned(kind: Any, ordinal: int = 1, **fields: Any) -> KitAsset:
    return KitAsset(id=str(uuid4()), kind=kind, ordinal=ordinal, **fields)
