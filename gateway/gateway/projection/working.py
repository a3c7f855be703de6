"""One batch's working set: the rows its events touch, and how each event changes them. No I/O."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from contracts.assets import AssetAccepted, AssetPinned
from contracts.budgets import BudgetChanged, BudgetWarned
from contracts.campaign import (
    BrandCreated,
    BrandState,
    BrandUpdated,
    CampaignCreated,
    CampaignDeleted,
    CampaignUpdated,
)
from contracts.compositor import (
    CompositeInvalidated,
    CompositeRendered,
    CompositeSettingsChanged,
    PlatformImageRendered,
    RenderFailed,
)
from contracts.copy import CopyRegenerated, CopySettingsChanged
from contracts.envelope import Envelope, Event
from contracts.image import ImagePromptChanged, ImageRegenerated
from contracts.jobs import (
    GeneratorAnnounced,
    JobCancelled,
    JobCompleted,
    JobEvent,
    JobFailed,
    JobProgressed,
    JobRequested,
    JobStarted,
    JobSuperseded,
    RetryIntentConsumed,
    RetryIntentCreated,
    RetryIntentEvent,
    RetryIntentRejected,
)
from contracts.produced import Produced
from contracts.values import AssetKind, BlobRef, JobKind, KitAsset
from gateway.projection import assets, campaigns, jobs, money
from gateway.projection.decisions import DECISIONS, Decisions
from gateway.projection.state import (
    AssetState,
    BrandVersion,
    BudgetState,
    CampaignState,
    GeneratorState,
    IntentState,
    JobState,
    NewVersion,
    SpendState,
    WarningState,
)

PRODUCED: dict[type[Produced], AssetKind] = {
    CopyRegenerated: "copy_variant",
    ImageRegenerated: "image",
    CompositeRendered: "composited_image",
    PlatformImageRendered: "platform_image",
}
KNOWN: dict[str, type[Event]] = {
    model.type: model
    for model in (
        *PRODUCED,
        *(BrandCreated, BrandUpdated, CampaignCreated, CampaignUpdated, CampaignDeleted),
        *(AssetAccepted, AssetPinned, CopySettingsChanged, ImagePromptChanged),
        *(CompositeSettingsChanged, CompositeInvalidated, RenderFailed),
        *(JobRequested, JobStarted, JobProgressed, JobCompleted, JobFailed, JobSuperseded, JobCancelled),
        GeneratorAnnounced,
        *(RetryIntentCreated, RetryIntentConsumed, RetryIntentRejected, BudgetChanged, BudgetWarned),
        *DECISIONS,
    )
}


@dataclass(frozen=True, slots=True)
class Told:
    """One event with its place in its campaign's stream; content is None for a type that the read model ignores.

    `data` is its JSON as the database keeps it.
    """

    envelope: Envelope
    content: Event | None
    campaign_id: str | None
    position: int = 0
    data: str = ""

    @classmethod
    def of(cls, envelope: Envelope) -> "Told":
        """Raises ValidationError when an event that is known does not keep to its schema."""
        model = KNOWN.get(envelope.type)
        campaign_id = envelope.data.get("campaignId")
        return cls(
            envelope,
            model.model_validate(envelope.data) if model else None,
            campaign_id if isinstance(campaign_id, str) else None,
        )


@dataclass
class WorkingSet:
    """Rows by id, as loaded and then changed.

    `versions`, `spend` and teams' `logos` are only ever added; of `generators`, `budgets`, `warnings` and retry
    `intents` only the words of this batch that count are here.
    """

    campaigns: dict[str, CampaignState] = field(default_factory=dict)
    brands: dict[str, BrandVersion] = field(default_factory=dict)
    assets: dict[str, AssetState] = field(default_factory=dict)
    jobs: dict[str, JobState] = field(default_factory=dict)
    versions: dict[tuple[str, int], NewVersion] = field(default_factory=dict)
    logos: set[tuple[str, BlobRef]] = field(default_factory=set)
    generators: dict[JobKind, GeneratorState] = field(default_factory=dict)
    intents: dict[str, IntentState] = field(default_factory=dict)
    spend: dict[tuple[str, int], SpendState] = field(default_factory=dict)
    budgets: dict[str, BudgetState] = field(default_factory=dict)
    warnings: dict[tuple[str, str], WarningState] = field(default_factory=dict)
    decisions: Decisions = field(default_factory=Decisions)

    def apply(self, told: Told) -> None:
        """Takes one event in."""
        match told.content:
            case CampaignCreated() | CampaignUpdated() | CampaignDeleted() as event:
                self._campaign(event, told)
            case BrandCreated() | BrandUpdated() as event:
                self._brand(event.brand, told)
            case Produced() as event:
                self._produced(event, told)
            case JobRequested() | JobEvent() as event:
                self._job(event, told)
            case GeneratorAnnounced() | BudgetChanged() | BudgetWarned() as event:
                self._of_no_campaign(event, told.envelope)
            case RetryIntentEvent() as event:
                self._intent(event, told)
            case event:
                self._other(event, told)

    def _other(self, event: Event | None, told: Told) -> None:
        if isinstance(event, DECISIONS):
            self.decisions.apply(event, told.envelope)
        elif event is not None:
            self._standing(event, told)

    def _campaign(self, event: CampaignCreated | CampaignUpdated | CampaignDeleted, told: Told) -> None:
        envelope = told.envelope
        blank = CampaignState(id=event.campaign_id, team_id=envelope.teamid, updated_at=envelope.time)
        campaign = self.campaigns.get(event.campaign_id, blank)
        match event:
            case CampaignCreated():
                campaign = campaigns.created(campaign, event, envelope)
                self._brand(event.brand, told)
                self._plan(event.kit, told)
            case CampaignUpdated():
                campaign = campaigns.updated(campaign, event)
                self._plan(event.added, told)
            case CampaignDeleted():
                campaign = campaigns.deleted(campaign, event, envelope)
        later = max(campaign.updated_at, envelope.time)
        self.campaigns[campaign.id] = campaign.model_copy(update={"updated_at": later})

    def _brand(self, brand: BrandState, told: Told) -> None:
        envelope = told.envelope
        known = self.brands.get(brand.id)
        self.brands[brand.id] = campaigns.brand_version(known, brand, envelope.teamid, envelope.time)
        if brand.profile.logo is not None:
            self.logos.add((envelope.teamid, brand.profile.logo))

    def _plan(self, kit: Iterable[KitAsset], told: Told) -> None:
        for planned in kit:
            self._change(planned.id, planned.kind, told, lambda asset, planned=planned: assets.planned(asset, planned))

    def _produced(self, event: Produced, told: Told) -> None:
        kind, version = PRODUCED[type(event)], assets.version_of(event, told.envelope)
        self._change(event.asset_id, kind, told, lambda asset: assets.produced(asset, event, version))
        key = (event.asset_id, event.version)
        self.versions.setdefault(
            key,
            NewVersion(
                asset_id=event.asset_id,
                campaign_id=event.campaign_id,
                team_id=told.envelope.teamid,
                kind=kind,
                position=told.position,
                state=version,
            ),
        )

    def _job(self, event: JobRequested | JobEvent, told: Told) -> None:
        envelope = told.envelope
        job = self.jobs.get(event.job_id) or jobs.first_heard(event, envelope)
        job = job.model_copy(update={"first_heard_at": min(job.first_heard_at, envelope.time)})
        if isinstance(event, JobRequested):
            job = jobs.requested(job, event, envelope)
        else:
            job = jobs.happened(job, event, envelope)
            for one in money.spent(event, envelope):
                self.spend.setdefault((one.job_id, one.attempt.n), one)
        self.jobs[job.id] = job
        # A review is of the whole campaign, which is no asset of its own.
        if job.kind != "qa":
            self._change(job.target_id, job.kind, told, lambda asset: assets.with_job(asset, job))

    def _of_no_campaign(self, event: GeneratorAnnounced | BudgetChanged | BudgetWarned, envelope: Envelope) -> None:
        team_id = envelope.teamid
        match event:
            case GeneratorAnnounced():
                heard = GeneratorState(**event.model_dump(), told_at=envelope.time)
                known = self.generators.get(event.kind)
                if known is None or known.told_at < heard.told_at:
                    self.generators[event.kind] = heard
            case BudgetChanged():
                self.budgets[team_id] = money.changed(self.budgets.get(team_id), event, envelope)
            case BudgetWarned():
                key = (team_id, event.month)
                self.warnings[key] = money.warned(self.warnings.get(key), event, envelope)

    def _intent(self, event: RetryIntentEvent, told: Told) -> None:
        known = self.intents.get(event.intent.id)
        # An intent ends once, so its end is newer than its beginning, whichever is heard of first.
        if known is None or known.intent.status == "PENDING":
            self.intents[event.intent.id] = IntentState(team_id=told.envelope.teamid, intent=event.intent)

    def _standing(self, event: Event, told: Told) -> None:
        at = told.envelope.time
        match event:
            case AssetAccepted():
                self._change(event.asset_id, event.kind, told, lambda asset: assets.accepted(asset, event))
            case AssetPinned():
                self._change(event.asset_id, event.kind, told, lambda asset: assets.pinned(asset, event))
            case ImagePromptChanged():
                self._change(event.asset_id, "image", told, lambda asset: assets.prompt_changed(asset, event))
            case CopySettingsChanged():
                settings = event.wanted
                self._change(event.asset_id, "copy_variant", told, lambda asset: assets.chosen(asset, settings))
            case CompositeSettingsChanged():
                chosen = event.wanted
                self._change(event.asset_id, "composited_image", told, lambda asset: assets.chosen(asset, chosen))
            case CompositeInvalidated():
                owed = event.composite_id
                self._change(owed, "composited_image", told, lambda asset: assets.invalidated(asset, event, at))
            case RenderFailed():
                self._change(event.asset_id, event.kind, told, lambda asset: assets.render_failed(asset, event, at))
            case _:
                raise AssertionError(f"{event.type} is known but has no reducer")

    def _change(self, asset_id: str, kind: AssetKind, told: Told, reduce: Callable[[AssetState], AssetState]) -> None:
        assert told.campaign_id is not None
        envelope = told.envelope
        blank = AssetState(
            id=asset_id,
            campaign_id=told.campaign_id,
            team_id=envelope.teamid,
            kind=kind,
            updated_at=envelope.time,
        )
        asset = reduce(self.assets.get(asset_id, blank))
        self.assets[asset_id] = asset.model_copy(update={"updated_at": max(asset.updated_at, envelope.time)})


def touched(told: Iterable[Told]) -> dict[str, set[str]]:
    """Ids of the rows that these events may change, by table."""
    ids: dict[str, set[str]] = {"campaigns": set(), "brands": set(), "assets": set(), "jobs": set()}
    for one in told:
        match one.content:
            case CampaignCreated() | CampaignUpdated() | CampaignDeleted() as event:
                ids["campaigns"].add(event.campaign_id)
                ids["assets"] |= {asset.id for asset in _kit(event)}
                ids["brands"] |= {event.brand.id} if isinstance(event, CampaignCreated) else set()
            case BrandCreated() | BrandUpdated() as event:
                ids["brands"].add(event.brand.id)
            case JobRequested() | JobEvent() as event:
                ids["jobs"].add(event.job_id)
                ids["assets"].add(event.target_id)
            case CompositeInvalidated() as event:
                ids["assets"].add(event.composite_id)
            case None | GeneratorAnnounced() | RetryIntentEvent() | BudgetChanged() | BudgetWarned():
                continue
            case event if isinstance(event, DECISIONS):
                continue
            case event:
                ids["assets"].add(_asset_id(event))
    return ids


def _asset_id(event: Any) -> str:
    return event.asset_id


def _kit(event: Event) -> tuple[KitAsset, ...]:
    if isinstance(event, CampaignCreated):
        return event.kit
    return event.added if isinstance(event, CampaignUpdated) else ()
