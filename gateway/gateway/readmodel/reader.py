"""Campaigns as they stand, computed once for each state they are in."""

from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from contracts.approval import LOCKED, ApprovalStatus, ManifestEntry
from contracts.values import UpstreamRef
from gateway.projection.decisions import ApprovalState
from gateway.projection.state import AssetState, CampaignState
from gateway.readmodel import decision_store, store
from gateway.readmodel.heads import Heads
from gateway.readmodel.snapshot import snapshot
from gateway.readmodel.standing import Kit, Standing
from gateway.readmodel.store import Head
from gateway.readmodel.views import campaign_summary, campaign_view
from gateway.schemas.campaigns import CampaignSummary

CACHED_CAMPAIGNS = 256


@dataclass
class CampaignNow:
    """A campaign at one position of its stream and one version of its brand."""

    head: Head
    campaign: CampaignState
    kit: Kit
    approval: ApprovalState | None = None

    @property
    def approval_status(self) -> ApprovalStatus:
        """`none` until something was submitted."""
        return self.approval.status if self.approval else "none"

    @property
    def locked(self) -> bool:
        """True while people decide about what there is, or have approved it."""
        return self.approval_status in LOCKED

    @cached_property
    def contents(self) -> dict[str, ManifestEntry]:
        """What the kit consists of, by asset."""
        made, kit = self.kit.made, self.kit.assets
        return {
            key: ManifestEntry(asset_id=key, kind=kit[key].kind, version=one.version, sha256=one.sha256)
            for key, one in made.items()
        }

    @property
    def manifest(self) -> str:
        """The hash of all that the kit consists of."""
        return self.kit.manifest

    @cached_property
    def standings(self) -> list[Standing]:
        """Every asset as it stands."""
        return self.kit.standings()

    @cached_property
    def summary(self) -> CampaignSummary:
        """As a list shows it."""
        return campaign_summary(self.campaign, self.standings, self.head.position, self.approval_status)

    @cached_property
    def body(self) -> bytes:
        """As the API shows it whole, in JSON."""
        return campaign_view(self.summary, self.standings).model_dump_json(by_alias=True).encode()

    def asset(self, asset_id: str) -> AssetState | None:
        """One asset of the kit."""
        return self.kit.assets.get(asset_id)


class CampaignReader:
    """Reads a campaign's position first; only a campaign that moved on since is read and computed anew."""

    def __init__(self) -> None:
        self._cache: OrderedDict[str, CampaignNow] = OrderedDict()
        self._heads = Heads()

    async def one(self, pool: Any, campaign_id: str, team_id: str) -> CampaignNow | None:
        """A team's campaign as it stands."""
        head = await self._heads.one(pool, campaign_id)
        if head is None or head.team_id != team_id:
            return None
        if (known := self._cached(head)) is not None:
            return known
        async with snapshot(pool) as conn:
            return (await self._read(conn, [campaign_id])).get(campaign_id)

    async def many(self, source: Any, ids: Sequence[str], team_id: str | None = None) -> list[CampaignNow]:
        """The campaigns among these that can be seen, in their order. `source` is the pool, or one snapshot of it."""
        heads = {key: head for key, head in (await store.heads(source, ids)).items() if team_id in (None, head.team_id)}
        found = {key: now for key, head in heads.items() if (now := self._cached(head)) is not None}
        if missing := heads.keys() - found.keys():
            async with snapshot(source) as conn:
                found |= await self._read(conn, sorted(missing))
        return [found[key] for key in ids if key in found]

    def _cached(self, head: Head) -> CampaignNow | None:
        known = self._cache.get(head.id)
        if known is None or known.head != head:
            return None
        self._cache.move_to_end(head.id)
        return known

    async def _read(self, conn: Any, ids: Sequence[str]) -> dict[str, CampaignNow]:
        # The position is read again beside the assets: kept under another one, they would pass for an earlier state.
        heads = await store.heads(conn, ids)
        campaigns = {campaign.id: campaign for campaign in await store.campaigns(conn, ids)}
        kits: defaultdict[str, list[AssetState]] = defaultdict(list)
        for asset in await store.assets(conn, ids):
            kits[asset.campaign_id].append(asset)
        approvals = await decision_store.approvals(conn, ids)
        read = {key: _now(head, campaigns[key], kits[key], approvals.get(key)) for key, head in heads.items()}
        self._cache.update(read)
        while len(self._cache) > CACHED_CAMPAIGNS:
            self._cache.popitem(last=False)
        return read


def _now(
    head: Head, campaign: CampaignState, assets: Sequence[AssetState], approval: ApprovalState | None
) -> CampaignNow:
    brief = UpstreamRef(id=campaign.id, version=campaign.brief_version, sha256=campaign.brief_sha256)
    pinned = approval.pinned if approval is not None and approval.status in LOCKED else None
    kit = Kit(assets, {**head.brand, campaign.id: brief}, head.brand_without_logo, pinned=pinned)
    return CampaignNow(head, campaign, kit, approval)
