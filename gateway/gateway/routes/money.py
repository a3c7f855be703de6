"""What was spent, and what the team may spend. Admins only."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query

from contracts.budgets import SetBudget
from contracts.months import Month
from gateway import paging
from gateway.auth import Admin
from gateway.budgets import budget_now
from gateway.idempotency import Writing
from gateway.problems import documented
from gateway.readmodel import money_store
from gateway.readmodel.money_store import SpendBy
from gateway.readmodel.snapshot import snapshot
from gateway.readmodel.views import spend_item, spend_sum
from gateway.recorded import RecordedAdmin
from gateway.routes.access import Parts
from gateway.schemas.money import BudgetBody, BudgetView, SpendList
from gateway.schemas.times import PointInTime

router = APIRouter(prefix="/api/admin", tags=["money"])


@router.get("/spend", operation_id="listSpend", responses=documented(401, 403, 422, 503))
async def list_spend(
    gateway: Parts,
    principal: RecordedAdmin,
    by: Annotated[SpendBy, Query(description="What the attempts are summed by.")] = "campaign",
    since: Annotated[
        PointInTime | None, Query(description="Of attempts that began then or later; this month in Tokyo if absent.")
    ] = None,
    until: Annotated[PointInTime | None, Query(description="Of attempts that began before.")] = None,
    limit: paging.Limit = 20,
    cursor: paging.TimedCursor = None,
) -> SpendList:
    """What the team's attempts cost, in yen and dollars. A job's single attempts are in the job."""
    since, after = since or Month.at(datetime.now(UTC)).begins, paging.timed(cursor)
    async with snapshot(gateway.database.pool) as conn:
        rows = await money_store.page(conn, principal.team, by, since, until, after, limit + 1)
        totals = await money_store.totals(conn, principal.team, since, until)
    shown, following = paging.page(rows, limit, lambda row: (row.last_at, row.place))
    items = tuple(map(spend_item, shown))
    return SpendList(since=since, until=until, totals=spend_sum(totals), items=items, next_cursor=following)


@router.get("/budget", operation_id="getBudget", responses=documented(401, 403, 503))
async def get_budget(gateway: Parts, principal: RecordedAdmin) -> BudgetView:
    """The team's limits, and what counts against them in this calendar month, Tokyo's."""
    return await budget_now(gateway, principal.team)


@router.put("/budget", operation_id="setBudget", responses=documented(401, 403, 409, 422, 503))
async def set_budget(body: BudgetBody, gateway: Parts, principal: Admin, write: Writing) -> BudgetView:
    """Sets both limits. What is spent and set aside counts against them at once."""
    await write.open(body)
    await write.ask(SetBudget(**body.model_dump()))
    return await budget_now(gateway, principal.team)
