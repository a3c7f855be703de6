"""What every route needs: the gateway's parts, identifiers that a database can take, and the objects they name."""

import re
from typing import Annotated

from fastapi import Depends, Header, Path, Request

from contracts.values import AssetKind
from gateway.auth import Principal
from gateway.composition import Gateway
from gateway.prices import Prices
from gateway.problems import not_found
from gateway.readmodel import store
from gateway.readmodel.reader import CampaignNow
from gateway.readmodel.standing import Standing
from gateway.schemas.base import Identifier

MAX_WAIT = 60

Id = Annotated[Identifier, Path(description="Its `id` in a list or an earlier answer.")]
VersionNumber = Annotated[int, Path(ge=1, le=2**31 - 1, description="A version number of the asset.")]


async def gateway_of(request: Request) -> Gateway:
    """The parts of this process."""
    return request.app.state.gateway


Parts = Annotated[Gateway, Depends(gateway_of)]


async def campaign_now(gateway: Gateway, campaign_id: str, principal: Principal) -> CampaignNow:
    """A team's campaign. Raises ProblemError 404."""
    now = await gateway.reader.one(gateway.database.pool, campaign_id, principal.team)
    if now is None:
        raise not_found("campaign", campaign_id)
    return now


async def asset_home(
    gateway: Gateway, asset_id: str, principal: Principal, kinds: tuple[AssetKind, ...] = ()
) -> tuple[str, AssetKind]:
    """The campaign and kind of a team's asset of one of these kinds. Raises ProblemError 404."""
    home = await store.asset_home(gateway.database.pool, asset_id, principal.team)
    if home is None or (kinds and home[1] not in kinds):
        raise not_found(kinds[0] if kinds else "asset", asset_id)
    return home


async def asset_standing(gateway: Gateway, asset_id: str, principal: Principal) -> Standing:
    """A team's asset as it stands. Raises ProblemError 404."""
    campaign_id, _ = await asset_home(gateway, asset_id, principal)
    now = await campaign_now(gateway, campaign_id, principal)
    return now.kit.standing(asset_id)


async def prices_now(gateway: Gateway) -> Prices:
    """What the generators say of themselves."""
    return Prices(await store.generators(gateway.database.pool))


async def _wait_seconds(
    prefer: Annotated[str | None, Header(description="`wait=30` holds the answer until the work is done.")] = None,
) -> int:
    match = re.search(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,4})", prefer or "")
    return min(int(match[1]), MAX_WAIT) if match else 0


WaitSeconds = Annotated[int, Depends(_wait_seconds)]
