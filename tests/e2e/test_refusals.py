"""Who may not, is refused, logged with the reason, and leaves nothing written."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2
import pytest

from saisei_local.services import SERVICES
from saisei_local.state import StateDir
from saisei_local.token import issue_token
from tests.e2e.conftest import Saisei, database_url, until

INTENTS = "/api/admin/retry-intents"
APPROVAL = {"sourceJobId": str(uuid4()), "reasonCode": "OTHER", "reasonText": "もう一度"}
# What services write whether or not anybody asks for anything.
RESTLESS = ("outbox", "inbox", "deliveries")
TABLES = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname = ANY($1)"


def _token(saisei: Saisei, **claims: Any) -> str:
    given = {"team": "team-a", "user": "sato", "role": "admin", "ttl_seconds": 600} | claims
    return issue_token(StateDir(saisei.state).secrets(SERVICES), **given)


def _expired(saisei: Saisei) -> str:
    return _token(saisei, ttl_seconds=-60)


REFUSALS: dict[str, tuple[Callable[[Saisei], str], int, str]] = {
    "viewer": (lambda saisei: _token(saisei, role="viewer"), 403, "admin_route_refused"),
    "editor": (lambda saisei: _token(saisei, role="editor"), 403, "admin_route_refused"),
    "another team's admin": (lambda saisei: _token(saisei, team="team-b"), 404, "command_refused"),
    "expired token": (_expired, 401, "token_refused"),
    "somebody else's signature": (lambda saisei: f"{_token(saisei)[:-8]}AAAAAAAA", 401, "token_refused"),
}


@dataclass(frozen=True)
class Tables:
    """How many rows each table of every service has."""

    url: str

    def rows(self) -> dict[str, int]:
        """By schema and table, but for those that are written whether or not anybody asks for anything."""
        return _without_restless(self._all())

    def at_rest(self) -> dict[str, int]:
        """The same once what earlier tests began has ended: nothing waits or is due, and nobody writes any more."""
        seen = [self._all()]

        def is_still() -> bool:
            seen.append(self._all())
            waiting = [rows for name, rows in seen[-1].items() if name.endswith((".outbox", ".due"))]
            return not any(waiting) and seen[-1] == seen[-2]

        until(is_still, bool, every=0.3)
        return _without_restless(seen[-1])

    def _all(self) -> dict[str, int]:
        return asyncio.run(self._count())

    async def _count(self) -> dict[str, int]:
        connection = await asyncpg.connect(self.url)
        try:
            tables = await connection.fetch(TABLES, list(SERVICES))
            return {
                f"{schema}.{table}": await connection.fetchval(f"SELECT count(*) FROM {schema}.{table}")
                for schema, table in tables
            }
        finally:
            await connection.close()


def _without_restless(tables: dict[str, int]) -> dict[str, int]:
    return {name: rows for name, rows in tables.items() if name.partition(".")[2] not in RESTLESS}


@pytest.fixture(scope="module")
def tables(saisei: Saisei) -> Tables:
    return Tables(database_url(saisei))


@pytest.mark.parametrize("who", REFUSALS)
def test_who_may_not_approve_a_retry_is_refused_and_logged_and_nothing_is_written(
    saisei: Saisei, tables: Tables, who: str
) -> None:
    make_token, status, event = REFUSALS[who]
    before = tables.at_rest()
    answer = httpx2.post(
        f"{saisei.url}{INTENTS}", json=APPROVAL, headers={"Authorization": f"Bearer {make_token(saisei)}"}
    )
    assert answer.status_code == status
    # A request that a service refused was noted, so that its repeat under the same key gets the same answer.
    noted = {"gateway.requests": before["gateway.requests"] + (status == 404)}
    assert tables.rows() == before | noted
    request_id = answer.headers["x-request-id"]
    assert until(lambda: _logged(saisei, event, request_id), bool)
    [access] = _logged(saisei, "request", request_id)
    assert access["status"] == status


@pytest.fixture(scope="module")
def judged(saisei: Saisei) -> dict[str, Any]:
    """How the approval of a finished campaign stands that QA let pass and nobody submitted; with its `path`."""
    api = saisei.api()
    path = f"/api/campaigns/{api.new_campaign(platforms=['x'])['id']}"
    told = until(lambda: api.get(f"{path}/approval"), lambda told: told["qa"]["verdict"] == "passed")
    return told | {"path": path}


def _step(action: str, **given: Any) -> Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]:
    def request(told: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        body = {"action": action, "version": told["version"], "manifest": told["currentManifest"]}
        return f"{told['path']}/approve", body | given

    return request


def _of_report(what: str, **body: Any) -> Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]:
    return lambda told: (f"/api/qa/{told['qa']['reportIds'][0]}/{what}", body)


DECISIONS: dict[str, tuple[str, Callable[[dict[str, Any]], tuple[str, dict[str, Any]]], int, str]] = {
    "editor who approves": ("editor", _step("approve"), 403, "forbidden"),
    "approval of what nobody submitted": ("admin", _step("approve"), 409, "approval-conflict"),
    "submission of what was not seen": ("editor", _step("submit", manifest="0" * 64), 409, "manifest-changed"),
    "rejection without a word": ("admin", _step("reject"), 422, "comment-required"),
    "finding that nobody made": (
        "editor",
        _of_report("suppressions", issueId="x", reason="商品名"),
        404,
        "unknown-issue",
    ),
    "override of what passed": ("admin", _of_report("override", reason="急ぐため"), 409, "nothing-to-override"),
}


@pytest.mark.parametrize("what", DECISIONS)
def test_refused_decision_is_logged_once_with_its_request_and_nothing_is_written(
    saisei: Saisei, tables: Tables, judged: dict[str, Any], what: str
) -> None:
    role, request, status, problem = DECISIONS[what]
    url, body = request(judged)
    before = tables.at_rest()
    answer = saisei.api(role, user="sato").http.post(url, json=body)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}")
    assert tables.rows() == before | {"gateway.requests": before["gateway.requests"] + 1}
    [line] = until(lambda: _logged(saisei, "command_refused", answer.headers["x-request-id"]), bool)
    assert line["problem"] == problem


def test_forged_webhook_is_refused_and_logged_and_nothing_is_written(saisei: Saisei, tables: Tables) -> None:
    before = tables.at_rest()
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(time.time())), "webhook-signature": "v1,Zm9yZ2Vk"}
    answer = httpx2.post(f"{saisei.url}/api/webhooks/replicate", json={"id": "x"}, headers=headers)
    assert answer.status_code in (401, 404)
    assert tables.rows() == before
    assert until(lambda: _logged(saisei, "webhook_refused", answer.headers["x-request-id"]), bool)


def _logged(saisei: Saisei, event: str, request_id: str) -> list[dict[str, Any]]:
    lines = [line for log in Path(saisei.state / "logs").glob("*.log") for line in log.read_text().splitlines()]
    found = [json.loads(line) for line in lines if f'"event": "{event}"' in line]
    return [one for one in found if one.get("request_id") == request_id]
