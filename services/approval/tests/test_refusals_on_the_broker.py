"""What is refused, as it runs: answered, logged once with the request it came with, and otherwise without a trace."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from approval_service.app import Settings, create_app
from approval_service.topology import TOPOLOGY
from chassis.db import Database
from chassis.testing_refusals import KEPT_FOR_REPEATS, sent_twice
from contracts.approval import ActOnApproval
from saisei_local.provision.broker import declare

from .approval_desk import Desk, everything

REFUSALS: dict[tuple[int, str], tuple[str, dict[str, Any]]] = {
    (403, "forbidden"): ("editor", {"act": "review"}),
    (404, "unknown-campaign"): ("admin", {"act": "review", "campaign_id": "nobody's"}),
    (409, "approval-conflict"): ("admin", {"act": "approve"}),
    (422, "comment-required"): ("admin", {"act": "reject", "comment": " "}),
}
"""By status and problem: as what a person acts, and how, on a kit that waits for its review."""


@pytest.fixture
def settings(install: Callable[[str], str], module_amqp_url: str) -> Settings:
    """A database of its own: here a relay runs, which would publish what other tests left in the outbox."""
    urls: dict[str, Any] = {"database_url": install("approval"), "amqp_url": module_amqp_url, "blob_url": "memory://"}
    return Settings(service="approval", **urls)


@pytest.fixture
async def desk(settings: Settings) -> AsyncIterator[Desk]:
    database = Database(settings.database_url, "approval", pool_size=4)
    await database.open()
    yield Desk(database)
    await database.close()


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal[1])
async def test_refused_act_that_comes_twice_is_logged_once_and_leaves_no_other_trace(
    desk: Desk, settings: Settings, refusal: tuple[int, str]
):
    await declare(settings.amqp_url, [TOPOLOGY])
    await desk.reach("pending_review")
    before = await _decided(desk)
    role, given = REFUSALS[refusal]
    command = ActOnApproval.model_validate({**await desk.seen(given["act"]), **given})
    person = {"actor": "kato", "actorrole": role, "teamid": desk.team}
    told = await sent_twice(settings.amqp_url, create_app(settings), command, **person)
    assert told.answers == [refusal] * 2
    [line] = told.logged
    assert (line["event"], line["type"], line["problem"]) == ("command_refused", command.type, refusal[1])
    assert (told.caused, await _decided(desk)) == ([], before)


async def _decided(desk: Desk) -> dict[str, tuple[Any, ...]]:
    return {table: rows for table, rows in (await everything(desk.database)).items() if table not in KEPT_FOR_REPEATS}
