"""Health that tells the truth."""

import asyncio
import json
import re
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from chassis import health, outbox
from chassis.outbox import OutgoingMessage
from chassis.probes import Probes
from chassis.service import Service
from chassis.testing import Happened, eventually, running
from chassis.topology import EVENTS
from saisei_local.embedded.ports import choose_ports

MANY_ROWS = """
INSERT INTO outbox (id, exchange, routing_key, body, message_type, created_at, leased_until)
SELECT gen_random_uuid(), 'e', 'k', '', 't', now() - interval '60 seconds', now() + interval '1 hour'
FROM generate_series(1, 20000)
"""


async def _check(service, kind: str):
    return next(check for check in await service.health.checks() if check.name == f"{service.topology.name}.{kind}")


async def test_service_at_work_is_healthy(bench):
    service = bench.service(bench.noting())
    async with running(service):
        assert [check.ok for check in await service.health.checks()] == [True] * 5


@pytest.mark.parametrize("beside", [Service.run_beside, Service.check_beside])
async def test_task_that_fails_makes_the_service_unhealthy_and_says_which(bench, beside):
    async def fail() -> None:
        raise LookupError("nothing there")

    service = bench.service()
    beside(service, "upgrades", fail)
    async with running(service):
        detail = await eventually(lambda: _failed_for_good(service))
    assert detail.startswith("failed, see the log: ['upgrades']")


async def test_task_outlives_an_outage_and_may_simply_end(bench):
    tries: list[int] = []

    async def work() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise ConnectionRefusedError

    service = bench.service()
    service.run_beside("upgrades", work)
    async with running(service):
        await eventually(lambda: len(tries) == 3)
        assert (await _check(service, "tasks")).ok


async def test_check_beside_the_start_keeps_the_service_from_being_ready_until_it_has_passed(bench):
    passed = asyncio.Event()

    async def check() -> None:
        await passed.wait()

    service = bench.service()
    service.check_beside("text engine", check)
    async with running(service):
        assert await _tasks_not_ok(service) == "not done yet: ['text engine']"
        passed.set()
        await eventually(lambda: _has_passed(service))


async def _has_passed(service) -> bool:
    return (await _check(service, "tasks")).ok


async def _failed_for_good(service) -> str:
    detail = await _tasks_not_ok(service)
    return detail if detail.startswith("failed") else ""


async def _tasks_not_ok(service) -> str:
    check = await _check(service, "tasks")
    return "" if check.ok else check.detail


async def test_message_that_waits_too_long_makes_the_outbox_unhealthy(bench):
    service = bench.service(outbox_limit_seconds=30)
    await outbox.insert(bench.sql, [_row()], uuid4(), timedelta(hours=1))
    async with running(service):
        assert (await _check(service, "outbox")).ok
        await bench.sql.execute("UPDATE outbox SET created_at = now() - interval '31 seconds'")
        check = await _check(service, "outbox")
    assert (check.ok, check.detail) == (False, "1 messages wait, the oldest for 31 s")


async def test_reply_that_nobody_fetches_is_no_ill_health(bench):
    service = bench.service(outbox_limit_seconds=30)
    reply = replace(_row(), expires_at=datetime.now(UTC) + timedelta(hours=1))
    await outbox.insert(bench.sql, [reply], uuid4(), timedelta(hours=1))
    async with running(service):
        await bench.sql.execute("UPDATE outbox SET created_at = now() - interval '31 seconds', attempts = 3")
        check = await _check(service, "outbox")
    assert (check.ok, check.detail) == (True, "1 messages wait, the oldest for 0 s")


async def test_database_that_is_away_is_unhealthy(bench):
    service = bench.service()
    await service.start()
    await service.database.pool.close()
    checks = [await _check(service, kind) for kind in ("database", "outbox")]
    await service.stop()
    assert [check.ok for check in checks] == [False, False]


async def test_outbox_that_cannot_be_looked_at_in_time_is_not_the_databases_fault(bench, monkeypatch):
    monkeypatch.setattr(health, "CHECK_TIMEOUT", 0.3)
    service = bench.service()
    async with running(service), bench.sql.acquire() as other, other.transaction():
        await other.execute("LOCK TABLE outbox")
        database, found = [await _check(service, kind) for kind in ("database", "outbox")]
    assert database.ok
    assert (found.ok, found.detail) == (False, "could not be looked at: TimeoutError()")


async def test_outbox_of_a_great_many_rows_is_looked_at_without_reading_them_all(bench):
    await bench.sql.execute(MANY_ROWS)
    await bench.sql.execute("ANALYZE outbox")
    plan = await bench.sql.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {outbox.PENDING}", outbox.COUNTED_AT_MOST)
    assert _rows_read(json.loads(plan)[0]["Plan"]) < 3 * outbox.COUNTED_AT_MOST
    service = bench.service(outbox_limit_seconds=30)
    await service.database.open()
    found = await _check(service, "outbox")
    await service.database.close()
    assert not found.ok
    assert re.fullmatch(r"1000 messages or more wait, the oldest for 6\d s", found.detail)


def _rows_read(plan) -> float:
    below = sum(_rows_read(part) for part in plan.get("Plans", ()))
    thrown_away = plan.get("Rows Removed by Filter", 0)
    return below + plan["Actual Rows"] * plan["Actual Loops"] + thrown_away


async def test_service_whose_connection_is_away_is_unhealthy_until_it_is_back(bench, proxied):
    world, proxy = proxied
    service = world.service(world.noting())
    async with running(service):
        await proxy.cut()
        await eventually(lambda: service.bus.silent_queues() == [bench.events.name])
        await eventually(lambda: service.bus.silent_queues() == [])


async def test_queue_that_was_deleted_is_named_and_consumed_again_when_it_is_back(bench):
    service = bench.service(bench.noting())
    async with running(service):
        await bench.broker.delete([bench.events])
        await eventually(lambda: service.bus.silent_queues() == [bench.events.name])
        check = await _check(service, "consumers")
        assert (check.ok, check.detail) == (False, f"not consumed: ['{bench.events.name}']")
        await bench.declare()
        await eventually(lambda: service.bus.silent_queues() == [])
        await bench.broker.tell(Happened(n=1))
        await eventually(bench.effects)


async def test_probes_answer_alive_ready_and_metrics_that_show_what_the_outbox_holds(bench):
    service, port = bench.service(), choose_ports(("probes",), {})["probes"]
    await outbox.insert(bench.sql, [_row()], uuid4(), timedelta(hours=1))
    async with running(service), _probes(service, port):
        metrics = (await _get(port, "/metrics"))[1]
        assert f'saisei_outbox_rows{{service="{bench.topology.name}"}} 1.0' in metrics
        assert f'saisei_check_ok{{check="{bench.topology.name}.outbox"}} 1.0' in metrics
        assert (await _get(port, "/healthz"))[0] == 200
        assert (await _get(port, "/readyz"))[0] == 200
        await bench.sql.execute("UPDATE outbox SET created_at = now() - interval '1 hour'")
        status, body = await _get(port, "/readyz")
        assert (status, [check["ok"] for check in json.loads(body)["checks"]]) == (503, [True, True, True, True, False])
        metrics = (await _get(port, "/metrics"))[1]
        assert f'saisei_check_ok{{check="{bench.topology.name}.outbox"}} 0.0' in metrics
        assert (await _get(port, "/elsewhere"))[0] == 404


@asynccontextmanager
async def _probes(service, port: int):
    probes = Probes([service.health], port)
    await probes.start()
    try:
        await eventually(lambda: _answers(port))
        yield
    finally:
        await probes.stop()


async def _answers(port: int) -> bool:
    try:
        return (await _get(port, "/healthz"))[0] == 200
    except ConnectionError:
        return False


async def _get(port: int, path: str) -> tuple[int, str]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: probes\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    return int(head.split()[1]), body


def _row() -> OutgoingMessage:
    return OutgoingMessage(uuid4(), EVENTS, "a.b", b"{}", "a.b", datetime.now(UTC))
