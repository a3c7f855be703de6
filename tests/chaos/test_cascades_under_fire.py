"""Cascades while the processes they run through are killed, one each second: all finish, once each.

`SAISEI_CHAOS_CASCADES` says how many; `SAISEI_CHAOS_SERVERS=1` also kills the database and the broker now and then.
"""

import json
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import httpx2
import pytest

from chassis.testing import eventually
from saisei_local.services import SERVICES
from saisei_local.state import StateDir
from saisei_local.token import issue_token
from tests.e2e.conftest import Saisei, running

from .books import Books, books_of
from .driving import Driver, drawn
from .fire import Fire

pytestmark = pytest.mark.long

CASCADES = int(os.environ.get("SAISEI_CHAOS_CASCADES", "40"))
SERVERS = ("postgres", "rabbitmq") if os.environ.get("SAISEI_CHAOS_SERVERS") == "1" else ()
SEED = int(os.environ.get("SAISEI_CHAOS_SEED", "17"))
IS_SHORT = CASCADES < 200
"""A short run is over before processes that die again and again come back, so its fire goes out by itself."""

TURNS = 12 if IS_SHORT else None
CAMPAIGNS = 2 if IS_SHORT else 5
AT_ONCE = 4 if IS_SHORT else 100
PAUSE = 0.5 if IS_SHORT else 0.05
REPEATED = 25
# Kills go on until the last has finished.
FIRE_SECONDS = 60 + 3.0 * CASCADES
REST_SECONDS = 120.0
FIGURES = Path("out", "chaos.json")
IMPATIENT = Path(__file__).with_name("impatient")


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Saisei]:
    folder = tmp_path_factory.mktemp("fire")
    environment = {"SAISEI_GATEWAY_WRITES_PER_SECOND": "10000", "PYTHONPATH": str(IMPATIENT)}
    with running(folder, "--split", **environment) as instance:
        yield instance


async def test_cascades_all_finish_once_each_while_processes_are_killed(split: Saisei) -> None:
    state, random = StateDir(split.state), Random(SEED)
    fire = Fire(split.process.pid, state, SEED, turns=TURNS, servers=SERVERS)
    async with books_of(state) as books, _driver(split) as driver:
        api = split.api()
        campaigns = [api.new_campaign(platforms=["x", "line"])["id"] for _ in range(CAMPAIGNS)]
        kits = {campaign_id: api.kit(campaign_id) for campaign_id in campaigns}
        await books.open()
        began = time.monotonic()
        async with fire.burning():
            await driver.fire(drawn(kits, CASCADES, random), AT_ONCE, PAUSE)
            accepted = time.monotonic() - began
            await eventually(lambda: _have_ended(books), FIRE_SECONDS)
        burnt = time.monotonic() - began
        await eventually(lambda: _is_at_rest(books), REST_SECONDS)
        rested = time.monotonic() - began
        _note(fire, driver, accepted=accepted, ended=burnt, at_rest=rested)
        await _every_job_ended_once(books, driver)
        await _every_message_took_effect_once(books)
        await _every_campaign_is_fresh(split, books, campaigns, driver)
        await _a_repeated_key_names_its_first_job(driver, random)


async def _have_ended(books: Books) -> bool:
    return await books.unfinished() == 0


async def _is_at_rest(books: Books) -> bool:
    try:
        return not await books.left_over() and await books.unfinished() == 0
    except OSError:
        return False


async def _every_job_ended_once(books: Books, driver: Driver) -> None:
    jobs = await books.jobs()
    assert await books.dead() == []
    assert Counter(row["status"] for row in jobs.values()).keys() <= {"COMPLETED", "SUPERSEDED"}
    assert [asked for asked in driver.asked if len(asked.jobs) != 1] == []
    assert sorted(job_id for asked in driver.asked for job_id in asked.jobs) == sorted(jobs)
    made = Counter(row["job_id"] for row in await books.versions() if row["job_id"] in jobs)
    changed = [job_id for job_id, row in jobs.items() if _changed(row)]
    assert made == Counter(changed), "each job that changed something made one version, the others none"
    assert [dict(row) for row in await books.made_twice()] == []


async def _every_message_took_effect_once(books: Books) -> None:
    sent, claimed = await books.sent(), await books.claimed()
    assert {name: claimed.get(name, set()) ^ ids for name, ids in sent.items() if claimed.get(name) != ids} == {}
    assert [name for name, ids in claimed.items() if ids and name not in sent] == []


async def _every_campaign_is_fresh(split: Saisei, books: Books, campaigns: list[str], driver: Driver) -> None:
    newest: dict[str, tuple[int, str]] = {}
    for row in await books.versions():
        newest[row["asset_id"]] = max(newest.get(row["asset_id"], (0, "")), (row["version"], row["sha256"]))
    for campaign_id in campaigns:
        campaign = split.api().get(f"/api/campaigns/{campaign_id}")
        wrong = [asset for asset in campaign["assets"] if asset["stale"] or asset["status"] != "ready"]
        assert (campaign["status"], wrong) == ("ready", [])
        shown = {asset["id"]: (asset["version"], asset["contentHash"]) for asset in campaign["assets"]}
        assert shown == {asset_id: newest[asset_id] for asset_id in shown}
    for asked in driver.asked:
        (cascade_id,) = asked.cascades
        assert split.api().get(f"/api/cascades/{cascade_id}")["status"] == "settled"


async def _a_repeated_key_names_its_first_job(driver: Driver, random: Random) -> None:
    for asked in random.sample(driver.asked, min(REPEATED, len(driver.asked))):
        await driver.send(asked)
        assert len(asked.jobs) == 1


@asynccontextmanager
async def _driver(split: Saisei) -> AsyncIterator[Driver]:
    secrets = StateDir(split.state).secrets(SERVICES)
    token = issue_token(secrets, team="team-a", user="editor-1", role="editor", ttl_seconds=7200)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(base_url=split.url, headers=headers, timeout=30, trust_env=False) as http:
        yield Driver(http)


def _changed(job: Any) -> bool:
    result = job["result"]
    return job["status"] == "COMPLETED" and bool((json.loads(result) if isinstance(result, str) else result)["changed"])


def _note(fire: Fire, driver: Driver, **seconds: float) -> None:
    figures = {
        "cascades": CASCADES,
        "seed": SEED,
        "seconds": {name: round(value, 1) for name, value in seconds.items()},
        "kills": dict(fire.kills),
        "answers": dict(driver.answers),
        "repeats": driver.repeats,
    }
    FIGURES.parent.mkdir(exist_ok=True)
    FIGURES.write_text(json.dumps(figures, indent=1) + "\n")
