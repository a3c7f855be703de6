"""An installation from before the approval and qa services: they learn what was before them, and nobody else does."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from approval_service.app import Settings as ApprovalSettings
from approval_service.app import create_app as create_approval
from chassis.messages import to_bytes
from chassis.service import Service
from chassis.testing import Broker, drained, enveloped, received, running
from chassis.topology import COMMANDS, EVENTS
from contracts.approval import ActOnApproval, ApprovalTransitioned, ApprovalVoided
from contracts.campaign import BrandCreated
from contracts.envelope import Envelope, Event
from contracts.jobs import JobRequested
from contracts.qa import QaCompleted, QaRequested
from gateway.projection.handler import Projection
from gateway.wakeups import Wakeups
from qa_service.app import Settings as QaSettings
from qa_service.app import create_app as create_qa
from saisei_local import backfill
from saisei_local.environment import owner_urls, with_login
from saisei_local.invocation import command_line
from saisei_local.migrate import migrate
from saisei_local.provision.broker import declare
from saisei_local.provision.database import provision_database
from saisei_local.services import SERVICES, topologies
from saisei_local.settings import LocalSettings
from saisei_local.stack import database_name
from saisei_local.state import StateDir, StateError
from saisei_local.tables import migrate_tables
from tests.conftest import PASSWORDS
from tests.e2e.earlier_kit import EarlierKit

LATE = ("approval", "qa")
BEFORE = tuple(name for name in SERVICES if name not in LATE)
OLD_QUEUES = [queue.name for service in topologies(BEFORE) for queue in service.queues]
LONG_AGO = timedelta(days=40)
"""Longer than a message may be on its way."""

KITS = 3


@dataclass(frozen=True)
class Installation:
    """Servers of somebody else's, with a version of Saisei on them that had no approval and no qa."""

    environment: dict[str, str]
    url: str
    amqp_url: str
    broker: Broker

    @property
    def settings(self) -> LocalSettings:
        return LocalSettings.load(self.environment)

    async def migrate(self) -> list[str]:
        """What `saisei migrate` of this version does; returns who is not told everything yet."""
        return await asyncio.to_thread(migrate, self.settings)

    async def command(self, *arguments: str) -> int:
        """The exit status of `saisei`."""
        process = await asyncio.create_subprocess_exec(
            *command_line(*arguments), env={**os.environ, **self.environment}
        )
        return await process.wait()

    async def happened(self, *events: Event) -> list[Envelope]:
        """Events of long ago, as the gateway keeps them."""
        told = [enveloped(event, time=datetime.now(UTC) - LONG_AGO) for event in events]
        connection = await asyncpg.connect(self.login("gateway"))
        try:
            async with connection.transaction():
                await Projection(Wakeups()).apply(told, connection)
        finally:
            await connection.close()
        return told

    def services(self) -> list[Service]:
        """The two that came later."""
        given: dict[str, Any] = {"amqp_url": self.amqp_url, "blob_url": "memory://"}
        approval = ApprovalSettings(service="approval", database_url=self.login("approval"), **given)
        qa = QaSettings(service="qa", database_url=self.login("qa"), settle_seconds=0.2, **given)
        return [create_approval(approval), create_qa(qa)]

    async def depths(self, queues: Sequence[str]) -> dict[str, int]:
        """How much lies in these queues."""
        return {name: await self.broker.depth(name) for name in queues}

    async def in_queue(self, name: str) -> list[Envelope]:
        """What lies there, taken away."""
        return await drained(await self.broker.queue(name))

    def login(self, service: str) -> str:
        """The database's URL as a running service has it."""
        return with_login(self.url, f"saisei_{service}", PASSWORDS[service])


@pytest.fixture
async def installation(
    make_database: Callable[[], str], make_vhost: Callable[[], str], tmp_path: Path
) -> AsyncIterator[Installation]:
    url, amqp_url = make_database(), make_vhost()
    given = {"SAISEI_STATE_DIR": str(tmp_path), "SAISEI_DATABASE_URL": url, "SAISEI_AMQP_URL": amqp_url}
    # Roles belong to the whole server, so all tests that share one must give a role the same password.
    (tmp_path / "secrets.json").write_text(json.dumps({"database": PASSWORDS}))
    await provision_database(url, BEFORE, PASSWORDS, database_name(url))
    owners = owner_urls(url, StateDir(tmp_path).secrets(SERVICES))
    await migrate_tables({name: owners[name] for name in BEFORE})
    await declare(amqp_url, topologies(BEFORE))
    async with Broker.at(amqp_url) as broker:
        yield Installation(given, url, amqp_url, broker)


async def test_campaign_from_before_is_judged_once_and_can_be_submitted(installation: Installation) -> None:
    kits = [EarlierKit() for _ in range(KITS)]
    for kit in kits:
        await installation.happened(*kit.history)
    assert await installation.migrate() == []
    watched = await installation.broker.watch(EVENTS, "#")
    async with running(*installation.services()):
        told = await _until_quiet(watched, QaCompleted.type, KITS)
        for kit in kits:
            await _submit(installation, kit)
        told += await _until_quiet(watched, ApprovalTransitioned.type, KITS)
    assert {one.data["report"]["manifest"] for one in told if one.type == QaCompleted.type} == {
        kit.newest for kit in kits
    }
    types = [one.type for one in told]
    assert (types.count(QaRequested.type), types.count(QaCompleted.type)) == (KITS, KITS)
    assert {ApprovalVoided.type, JobRequested.type}.isdisjoint(types)
    dead = [f"{name}.dead" for name in ("approval.events", "approval.commands", "qa.events", "qa.reviews")]
    assert set((await installation.depths(dead)).values()) == {0}


async def _until_quiet(watched: Any, type_: str, count: int) -> list[Envelope]:
    """All that was published until the `count`th event of a type."""
    told: list[Envelope] = []
    while sum(one.type == type_ for one in told) < count:
        told += await received(watched)
    return told


async def _submit(installation: Installation, kit: EarlierKit) -> None:
    act = ActOnApproval(campaign_id=kit.id, act="submit", version=0, manifest=kit.newest)
    envelope = enveloped(act).model_copy(update={"actorrole": "editor"})
    await installation.broker.publish(COMMANDS, act.queue, to_bytes(envelope), type=act.type)


async def test_nobody_who_was_there_before_hears_anything_again(installation: Installation) -> None:
    await installation.happened(*EarlierKit().history)
    await installation.migrate()
    depths = await installation.depths(["approval.events", "qa.events", "qa.reviews", *OLD_QUEUES])
    assert {name: depth for name, depth in depths.items() if depth} == {"approval.events": 7, "qa.events": 8}


async def test_events_are_told_as_they_were_told_first(installation: Installation) -> None:
    before = await installation.happened(*EarlierKit().history)
    await installation.migrate()
    after = await installation.in_queue("qa.events")
    assert all(one.retoldat is not None and one.retoldat > one.time for one in after)
    as_first = [one.model_copy(update={"retoldat": None, "dataschema": None}) for one in after]
    assert as_first == before


async def test_what_was_told_is_not_told_again_by_the_next_migration(installation: Installation) -> None:
    await installation.happened(*EarlierKit().history)
    await installation.migrate()
    depths = await installation.depths(["approval.events", "qa.events"])
    assert await installation.migrate() == []
    assert await installation.depths(["approval.events", "qa.events"]) == depths


async def test_interrupted_half_way_it_goes_on_where_it_was(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [one for _ in range(KITS) for one in await installation.happened(*EarlierKit().history)]
    monkeypatch.setattr(backfill, "BATCH", 4)
    publish, batches = backfill._publish, iter(range(4))

    async def until_it_dies(*given: Any) -> None:
        if next(batches, None) is None:
            raise StateError("killed")
        await publish(*given)

    with monkeypatch.context() as dying:
        dying.setattr(backfill, "_publish", until_it_dies)
        with pytest.raises(StateError, match="killed"):
            await installation.migrate()
    assert await installation.depths(["approval.events", "qa.events"]) == {"approval.events": 16, "qa.events": 0}
    assert await installation.migrate() == []
    told = await installation.in_queue("approval.events")
    assert len(told) == KITS * 7
    assert {one.id for one in told} == {one.id for one in before if one.type != BrandCreated.type}
    assert {one.id for one in await installation.in_queue("qa.events")} == {one.id for one in before}


async def test_what_the_gateway_has_not_taken_in_yet_is_waited_for(installation: Installation) -> None:
    kit = EarlierKit()
    *made, last = kit.history
    await installation.happened(*made)
    await installation.broker.tell(last)
    assert await installation.migrate() == ["approval", "qa"]
    assert await installation.depths(["approval.events", "qa.events"]) == {"approval.events": 0, "qa.events": 0}
    await installation.in_queue("gateway.projection")
    await installation.happened(last)
    assert await installation.migrate() == []
    assert await installation.depths(["approval.events", "qa.events"]) == {"approval.events": 7, "qa.events": 8}


async def test_supervisor_is_told_by_the_status_and_does_it_itself(installation: Installation) -> None:
    await installation.happened(*EarlierKit().history)
    for arguments, status in ((("migrate", "--supervised"), 3), (("backfill",), 0), (("migrate", "--supervised"), 0)):
        assert await installation.command(*arguments) == status
    depths = await installation.depths(["approval.events", "qa.events"])
    assert depths == {"approval.events": 7, "qa.events": 8}


async def test_service_from_the_start_is_never_told_again_and_a_late_one_is_when_asked(
    installation: Installation,
) -> None:
    await installation.happened(*EarlierKit().history)
    await installation.migrate()
    with pytest.raises(ValueError, match="jobs was there from the start"):
        await asyncio.to_thread(backfill.run_backfill, installation.settings, "jobs")
    assert await asyncio.to_thread(backfill.run_backfill, installation.settings, "qa") == "qa 8 events"
    told = await installation.in_queue("qa.events")
    assert (len(told), len({one.id for one in told})) == (16, 8)
    assert set((await installation.depths(OLD_QUEUES)).values()) == {0}


async def test_services_may_not_look_at_what_is_noted_of_them(installation: Installation) -> None:
    await installation.migrate()
    connection = await asyncpg.connect(installation.login("qa"))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch("SELECT * FROM provision.services")
    finally:
        await connection.close()


async def test_in_a_new_installation_nobody_is_late(
    make_database: Callable[[], str], make_vhost: Callable[[], str], tmp_path: Path
) -> None:
    url = make_database()
    given = {"SAISEI_STATE_DIR": str(tmp_path), "SAISEI_DATABASE_URL": url, "SAISEI_AMQP_URL": make_vhost()}
    (tmp_path / "secrets.json").write_text(json.dumps({"database": PASSWORDS}))
    assert await asyncio.to_thread(migrate, LocalSettings.load(given)) == []
    connection = await asyncpg.connect(url)
    try:
        noted = await connection.fetch("SELECT name, late FROM provision.services")
    finally:
        await connection.close()
    assert {row["name"]: row["late"] for row in noted} == dict.fromkeys(SERVICES, False)


def test_own_events_are_work_that_is_done() -> None:
    queues = {queue for name in LATE for to in backfill.routes(*topologies([name])).values() for queue in to}
    assert queues == {"approval.events", "qa.events"}
