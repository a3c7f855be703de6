"""Promise 9: what can never be handled is dead after exactly N tries, harms no neighbour, and can be replayed."""

import asyncio
import json
import os
import sys
from uuid import UUID, uuid4

import pytest

from chassis.testing import Happened, enveloped, eventually, read, running
from chassis.topology import DEAD, EVENTS
from saisei_local.dead import list_dead, replay
from saisei_local.provision.broker import declare
from saisei_local.services import topologies

from .chaos_service import THROWS
from .world import Probed

pytestmark = pytest.mark.long

NEIGHBOURS = range(100)


def _poison() -> dict[UUID, tuple[bytes, str]]:
    """Messages by id, and what their dead letter must say."""
    throwing, misshapen = uuid4(), uuid4()
    wrong = enveloped(Happened(n=0), misshapen).model_copy(update={"data": {"n": "many"}})
    return {
        uuid4(): (b"{not json", "Poison: not a CloudEvent of ours"),
        misshapen: (wrong.model_dump_json().encode(), "Poison: sample.happened"),
        uuid4(): (b"[" * 200_000, "Poison: not a CloudEvent of ours"),
        throwing: (enveloped(Happened(n=THROWS), throwing).model_dump_json().encode(), "LookupError: this number"),
    }


async def test_promise_09_poison_of_four_kinds_is_dead_after_exactly_n_tries_and_neighbours_are_not(world):
    probed, poison = Probed(), _poison()
    async with world.process("refusing", health_port=probed.port):
        accepted = await world.ask(NEIGHBOURS[:50])
        for message_id, (body, _) in poison.items():
            await world.broker.publish(EVENTS, Happened.type, body, message_id=str(message_id), type="sample.happened")
        accepted += await world.ask(NEIGHBOURS[50:])
        assert len((await world.settled([*accepted, *poison])).dead) == len(poison)
        retried = f'queue="{world.requests.name}",type="sample.happened"'
        assert await probed.metric(f'saisei_messages_handled_total{{outcome="retried",{retried}}}') == 4 * 2
    found = {UUID(letter.message_id): letter for letter in await list_dead(world.amqp_url, [world.topology])}
    assert {letter.tries for letter in found.values()} == {world.requests.tries}
    for message_id, (_, reason) in poison.items():
        assert found[message_id].reason.startswith(reason)
    assert sorted(await world.effects(world.requests)) == list(NEIGHBOURS)
    await _replayed(world, next(each for each, (_, reason) in poison.items() if reason.startswith("Look")), accepted)


async def _replayed(world, throwing: UUID, accepted: list[UUID]) -> None:
    """With a service that can handle it, the letter takes effect and the others stay."""
    assert await replay(world.amqp_url, [world.topology], str(throwing)) == 1
    async with running(world.service("noting")):
        await eventually(lambda: _took_effect(world, THROWS))
    assert len(await list_dead(world.amqp_url, [world.topology])) == 3


async def test_promise_09_command_line_replays_a_services_dead_letter_onto_its_queue(world):
    services = topologies()
    await declare(world.amqp_url, services)
    queue, envelope = services[0].queues[0], enveloped(Happened(n=1))
    headers = {"x-saisei-reason": "LookupError: gone", "x-saisei-tries": 5, "x-saisei-queue": queue.name}
    body = envelope.model_dump_json().encode()
    await world.broker.publish(DEAD, queue.name, body, message_id=str(envelope.id), headers=headers)
    [listed] = json.loads(await _saisei(world, "dead", "list", "--json"))
    assert (listed["id"], listed["queue"]) == (str(envelope.id), queue.name)
    await _saisei(world, "dead", "replay", str(envelope.id))
    source = await world.broker.queue(queue.name)
    message = await eventually(lambda: source.get(fail=False))
    await message.ack()
    assert read(message) == envelope
    assert not [name for name in message.headers if name.startswith("x-saisei")]
    assert await world.broker.depth(queue.dead) == 0


async def _saisei(world, *arguments: str) -> str:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SAISEI_")}
    where = {"SAISEI_AMQP_URL": world.amqp_url, "SAISEI_STATE_DIR": str(world.folder / "state")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "saisei_local", *arguments, env=ours | where, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    return output.decode()


async def _took_effect(world, n: int) -> bool:
    return n in await world.effects(world.requests)
