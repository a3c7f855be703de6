"""What is refused, as it runs: answered, logged once with the request it came with, and otherwise without a trace."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from chassis.db import Database
from chassis.testing_refusals import KEPT_FOR_REPEATS, sent_twice
from contracts.envelope import Command
from contracts.qa import OverrideQa, RequestQa, SuppressIssue
from qa_service.judging import Rules
from qa_service.settings import Settings
from qa_service.topology import TOPOLOGY
from qa_service.wiring import wired
from saisei_local.provision.broker import declare

from .qa_bench import ERROR, RULE_SET, Kit, QaBench, judge, looks, vet
from .scripted_reviewer import ScriptedReviewer

REFUSALS: dict[tuple[int, str], tuple[str, Callable[[str, str], Command]]] = {
    (403, "forbidden"): ("editor", lambda _, report: OverrideQa(report_id=report, reason="急ぐため")),
    (404, "unknown-report"): ("admin", lambda *_: OverrideQa(report_id="nobody's", reason="急ぐため")),
    (404, "unknown-issue"): ("editor", lambda _, report: _suppression(report, "商品名の一部")),
    (404, "unknown-campaign"): ("editor", lambda *_: RequestQa(campaign_id="nobody's")),
    (409, "nothing-to-judge"): ("editor", lambda empty, _: RequestQa(campaign_id=empty)),
    (422, "invalid"): ("editor", lambda _, report: _suppression(report, " ")),
}
"""By status and problem: as what a person asks what of an empty campaign, or of a failing report."""


@pytest.fixture
def settings(install: Callable[[str], str], module_amqp_url: str) -> Settings:
    """A database of its own: here a relay runs, which would publish what other tests left in the outbox."""
    urls: dict[str, Any] = {"database_url": install("qa"), "amqp_url": module_amqp_url, "blob_url": "memory://"}
    return Settings(service="qa", **urls)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings.database_url, "qa", pool_size=4)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def judged(database: Database) -> tuple[Kit, str]:
    """A campaign of which nothing was made, and the id of another's report that failed."""
    bench = QaBench(database, ScriptedReviewer())
    _, report = await bench.judged(f"{ERROR}のお茶です。")
    empty = await bench.planned()
    # Once it has been quiet, the running service would take note of it by itself.
    await database.pool.execute("DELETE FROM due")
    return empty, report.id


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal[1])
async def test_refused_request_that_comes_twice_is_logged_once_and_leaves_no_other_trace(
    judged: tuple[Kit, str], database: Database, settings: Settings, refusal: tuple[int, str]
):
    await declare(settings.amqp_url, [TOPOLOGY])
    empty, report_id = judged
    role, make = REFUSALS[refusal]
    command = make(empty.id, report_id)
    before = await _said(database)
    service = wired(settings, Rules(RULE_SET, judge), ScriptedReviewer(offline=True), vet, looks)
    told = await sent_twice(settings.amqp_url, service, command, actorrole=role)
    assert told.answers == [refusal] * 2
    [line] = told.logged
    assert (line["event"], line["type"], line["problem"]) == ("command_refused", command.type, refusal[1])
    assert (told.caused, await _said(database)) == ([], before)


def _suppression(report_id: str, reason: str) -> SuppressIssue:
    return SuppressIssue(report_id=report_id, issue_id="nobody's", reason=reason)


async def _said(database: Database) -> dict[str, tuple[Any, ...]]:
    """By table of the service: how many rows, and the sum of their hashes."""
    tables = await database.pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'qa'")
    found = {}
    for (table,) in tables:
        query = f"SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {table} t"
        found[table] = tuple(await database.pool.fetchrow(query) or ())
    assert {"reports", "requests", "due", *KEPT_FOR_REPEATS} <= found.keys()
    return {table: rows for table, rows in found.items() if table not in KEPT_FOR_REPEATS}
