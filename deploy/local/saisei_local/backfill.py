"""Tells a service that came later of the time before it, from the events that the gateway keeps for good.

Only that service's own queues get them, in the original envelopes, so that nobody else hears anything twice.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from chassis.topology import ServiceTopology
from saisei_local import backfill_store
from saisei_local.backfill_store import Late
from saisei_local.environment import owner_urls
from saisei_local.services import SERVICES, topologies
from saisei_local.settings import LocalSettings, SettingsError
from saisei_local.stack import amqp_url, database_url, load_secrets
from saisei_local.state import StateDir, StateError

GATEWAY = "gateway"
BATCH = 500
CONFIRM_SECONDS = 60.0
PATIENCE = 600.0
LOOK_EVERY = 1.0
SETTLE_SECONDS = 2.0
"""How long what the gateway has taken from its queue may need to become rows."""

FIRST = (datetime.fromtimestamp(0, UTC), UUID(int=0))

Routes = Mapping[str, Sequence[str]]


class GatewayBehindError(StateError):
    """The gateway has not taken in everything that happened before; let it run, and do this again."""


def run_backfill(settings: LocalSettings, service: str | None) -> str:
    """Tells whoever is late, or `service` from the beginning; says in a sentence what was done."""
    state = StateDir(settings.state_dir)
    if not (settings.amqp_url or state.is_locked()):
        raise StateError("the instance is not running, and its broker with it: start it first")
    secrets, ports = load_secrets(state), state.instance().ports
    url = database_url(settings, secrets, ports)
    return asyncio.run(_run(url, owner_urls(url, secrets)[GATEWAY], amqp_url(settings, secrets, ports), service))


async def _run(url: str, events_url: str, broker_url: str, service: str | None) -> str:
    await note_services(url)
    if service is not None:
        await _reopen(url, service)
    told = await backfill(url, events_url, broker_url, topologies())
    return ", ".join(f"{name} {count} events" for name, count in told.items()) or "nobody has missed anything"


async def note_services(url: str) -> list[str]:
    """Notes the services that are seen for the first time; returns those that were not told everything yet.

    Comes before their tables are made. `url` is the administrator's.
    """
    connection = await asyncpg.connect(url)
    try:
        await backfill_store.note_services(connection, SERVICES)
        return [late.name for late in await backfill_store.pending(connection)]
    finally:
        await connection.close()


async def backfill(
    url: str, events_url: str, broker_url: str, services: Sequence[ServiceTopology], patience: float = PATIENCE
) -> dict[str, int]:
    """Puts into each late service's queues what is missing there; returns how many events each was told.

    `url` and `broker_url` are administrators', `events_url` that of who owns the gateway's tables. Goes on where an
    earlier run was interrupted. Raises GatewayBehindError after `patience` seconds.
    """
    import aio_pika

    notes, events = await asyncpg.connect(url), await asyncpg.connect(events_url)
    try:
        late = await backfill_store.pending(notes)
        if not late:
            return {}
        async with await aio_pika.connect(broker_url, timeout=10) as connection:
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            known = {service.name: service for service in services}
            await _wait_for_gateway(channel, known[GATEWAY], patience)
            return {one.name: await _tell(notes, events, channel, one, routes(known[one.name])) for one in late}
    finally:
        await notes.close()
        await events.close()


def routes(service: ServiceTopology) -> Routes:
    """By type of event, the queues of this service that it goes to; its own events are its work, which is done."""
    types = {key for queue in service.queues for key in queue.events} - set(service.publishes)
    return {key: [queue.name for queue in service.queues if key in queue.events] for key in sorted(types)}


async def _tell(notes: Any, events: Any, channel: Any, late: Late, to: Routes) -> int:
    count = 0
    async for batch in _without_campaign(events, to):
        await _publish(channel, batch, to)
        count += len(batch)
    async for batch in _of_campaigns(events, to, late):
        await _publish(channel, batch, to)
        await backfill_store.move_on(notes, late.name, batch[-1]["campaign_id"], batch[-1]["position"])
        count += len(batch)
    await backfill_store.close(notes, late.name)
    return count


async def _without_campaign(events: Any, types: Collection[str]) -> AsyncIterator[Sequence[Any]]:
    after = FIRST
    while batch := await backfill_store.of_no_campaign(events, types, after, BATCH):
        yield batch
        after = (batch[-1]["at"], batch[-1]["id"])


async def _of_campaigns(events: Any, types: Collection[str], late: Late) -> AsyncIterator[Sequence[Any]]:
    after = (late.campaign_id, late.position)
    while batch := await backfill_store.of_campaigns(events, types, after, BATCH):
        yield batch
        after = (batch[-1]["campaign_id"], batch[-1]["position"])


async def _publish(channel: Any, batch: Sequence[Any], to: Routes) -> None:
    from aio_pika.exceptions import DeliveryError

    exchange = channel.default_exchange
    messages = [(queue, _message(row)) for row in batch for queue in to[row["type"]]]
    queues = {queue for queue, _ in messages}
    try:
        async with asyncio.timeout(CONFIRM_SECONDS):
            await asyncio.gather(*(exchange.publish(message, queue, mandatory=True) for queue, message in messages))
    except DeliveryError as error:
        raise StateError(
            f"the broker does not take what is sent to {sorted(queues)}; restart, or `migrate`, makes them"
        ) from error


def _message(row: Any) -> Any:
    """The event as it was told first, but for its trace, which has long ended."""
    from chassis.messages import persistent, to_bytes
    from contracts.envelope import Envelope

    envelope = Envelope(
        id=row["id"],
        source=row["source"],
        type=row["type"],
        subject=row["subject"],
        time=row["at"],
        dataschema=f"saisei:{row['type']}",
        data=json.loads(row["data"]),
        correlationid=row["correlation_id"],
        causationid=row["causation_id"],
        teamid=row["team_id"],
        actor=row["actor"],
        retoldat=datetime.now(UTC),
    )
    return persistent(to_bytes(envelope), envelope.id, envelope.type, None)


async def _wait_for_gateway(channel: Any, gateway: ServiceTopology, patience: float) -> None:
    """Returns once the gateway's rows hold all that was told before the new queues were there."""
    [queue] = gateway.queues
    deadline = time.monotonic() + patience
    while True:
        # The retry queue first: what waits there goes to the other next.
        names = (queue.retry, queue.name)
        found = [(await channel.declare_queue(name, passive=True)).declaration_result for name in names]
        waiting = sum(one.message_count for one in found)
        if not waiting:
            # Without a consumer nothing is in anybody's hands.
            await asyncio.sleep(SETTLE_SECONDS if any(one.consumer_count for one in found) else 0)
            return
        if time.monotonic() >= deadline:
            raise GatewayBehindError(
                f"the gateway has {waiting} earlier events to take in: let it run, and repeat this"
            )
        await asyncio.sleep(LOOK_EVERY)


async def _reopen(url: str, service: str) -> None:
    if service not in SERVICES:
        raise SettingsError(f"no service is called {service!r}; there are {', '.join(SERVICES)}")
    connection = await asyncpg.connect(url)
    try:
        if not await backfill_store.reopen(connection, service):
            raise SettingsError(f"{service} was there from the start: it has been told everything as it happened")
    finally:
        await connection.close()
