"""Campaigns as they stand, computed once for each state they are in."""

from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import asyncpg

from contracts.values import UpstreamRef
from gateway.projection.state import AssetState, CampaignState
from gateway.readmodel import store
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

    @cached_property
    def standings(self) -> list[Standing]:
        """Every asset as it stands."""
        return self.kit.standings()

    @cached_property
    def summary(self) -> CampaignSummary:
        """As a list shows it."""
        return campaign_summary(self.campaign, self.standings, self.head.position)

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

    async def one(self, pool: asyncpg.Pool, campaign_id: str, team_id: str) -> CampaignNow | None:
        """A team's campaign as it stands."""
        found = await self.many(pool, [campaign_id], team_id)
        return found[0] if found else None

    async def many(self, pool: asyncpg.Pool, ids: Sequence[str], team_id: str | None = None) -> list[CampaignNow]:
        """The campaigns among these that can be seen, in their order."""
        heads = {key: head for key, head in (await store.heads(pool, ids)).items() if team_id in (None, head.team_id)}
        fresh = {key: now for key, head in heads.items() if (now := self._cached(head)) is not None}
        fresh |= await self._read(pool, [head for key, head in heads.items() if key not in fresh])
        return [fresh[key] for key in ids if key in fresh]

    def _cached(self, head: Head) -> CampaignNow | None:
        known = self._cache.get(head.id)
        if known is None or known.head != head:
            return None
        self._cache.move_to_end(head.id)
        return known

    async def _read(self, pool: asyncpg.Pool, heads: Sequence[Head]) -> dict[str, CampaignNow]:
        if not heads:
            return {}
        ids = [head.id for head in heads]
        campaigns = {campaign.id: campaign for campaign in await store.campaigns(pool, ids)}
        kits: defaultdict[str, list[AssetState]] = defaultdict(list)
        for asset in await store.assets(pool, ids):
            kits[asset.campaign_id].append(asset)
        read = {head.id: _now(head, campaigns[head.id], kits[head.id]) for head in heads}
        self._cache.update(read)
        while len(self._cache) > CACHED_CAMPAIGNS:
            self._cache.popitem(last=False)
        return read


def _now(head: Head, campaign: CampaignState, assets: Sequence[AssetState]) -> CampaignNow:
    brief = UpstreamRef(id=campaign.id, version=campaign.brief_version, sha256=campaign.brief_sha256)
    return CampaignNow(head, campaign, Kit(assets, {**head.brand, campaign.id: brief}))
