"""Dead letters as whoever runs the broker sees them: of every team, and also those that nobody can read."""

import getpass
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import aio_pika
from aio_pika.abc import AbstractChannel

from chassis import deadqueues
from chassis.context import MessageContext
from chassis.deadcommands import reason_of
from chassis.deadqueues import DeadQueues, Letter
from chassis.messages import envelope_of, persistent, to_bytes
from chassis.topology import COMMANDS, Queue, ServiceTopology
from contracts.envelope import EVERY_TEAM, Origin
from contracts.operations import RecordReplay

OPERATOR = "operator"
"""The role in which the command line acts; no token can name it."""


@dataclass(frozen=True)
class DeadLetter:
    """A message that failed every try, and why."""

    queue: str
    message_id: str
    type: str
    reason: str
    tries: int
    dead_at: str
    headers: dict[str, Any]
    body: bytes


class UnknownDeadLetterError(LookupError):
    """None of the letters that were looked at has this id."""


async def list_dead(amqp_url: str, services: Sequence[ServiceTopology]) -> list[DeadLetter]:
    """The dead letters of these services, oldest first in each queue; of a longer queue the first PAGE."""
    letters, _ = await DeadQueues(amqp_url, _queues(services)).letters()
    return [_letter(one) for one in letters]


async def beyond_page(amqp_url: str, services: Sequence[ServiceTopology]) -> dict[str, int]:
    """By queue, how many dead letters come after the first PAGE, which are all that can be listed or replayed."""
    async with await aio_pika.connect(amqp_url, timeout=10) as connection:
        channel = await connection.channel()
        depths = {queue.name: await _depth(channel, queue) for queue in _queues(services)}
    return {name: depth - deadqueues.PAGE for name, depth in depths.items() if depth > deadqueues.PAGE}


async def replay(amqp_url: str, services: Sequence[ServiceTopology], *message_ids: str, record: bool = False) -> int:
    """Sends dead letters back to the queues they died on, with all their tries ahead; returns how many were sent.

    Each leaves the dead-letter queue after the broker has confirmed it, on its way to the other. Only the first PAGE of
    each queue are looked at. With `record`, the audit log is told first of each. Raises UnknownDeadLetterError, and
    sends nothing, when one of them is not there.
    """
    queues = DeadQueues(amqp_url, _queues(services))
    found = [one for one in (await queues.letters())[0] if _is_among(one, message_ids)]
    for missing in set(message_ids) - {name for one in found for name in _names(one)}:
        raise UnknownDeadLetterError(missing)
    if record:
        await _record(amqp_url, found)
    return len(await queues.replay(lambda letter: _is_among(letter, message_ids)))


async def _record(amqp_url: str, letters: Sequence[Letter]) -> None:
    """Tells the audit log, whose service takes it in once it runs."""
    async with await aio_pika.connect(amqp_url, timeout=10) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        exchange = await channel.get_exchange(COMMANDS, ensure=False)
        for letter in letters:
            context = MessageContext(_team(letter), getpass.getuser(), uuid4(), origin=Origin(role=OPERATOR))
            command = RecordReplay(id=letter.id, reason=reason_of(letter))
            envelope = envelope_of(command, command.type, uuid4(), OPERATOR, context, origin=context.origin)
            message = persistent(to_bytes(envelope), envelope.id, command.type, None)
            await exchange.publish(message, command.queue, mandatory=True)


def _team(letter: Letter) -> str:
    team = letter.envelope.get("teamid")
    return team if isinstance(team, str) else EVERY_TEAM


def _is_among(letter: Letter, ids: Collection[str]) -> bool:
    return any(name in ids for name in _names(letter))


def _names(letter: Letter) -> tuple[str, ...]:
    """What a person may call it by: what the list shows, or what the API does."""
    return (letter.message.message_id or "", letter.message_id, letter.id)


async def _depth(channel: AbstractChannel, queue: Queue) -> int:
    declared = await channel.declare_queue(queue.dead, passive=True)
    return declared.declaration_result.message_count or 0


def _queues(services: Sequence[ServiceTopology]) -> list[Queue]:
    return [queue for service in services for queue in service.queues]


def _letter(letter: Letter) -> DeadLetter:
    headers = dict(letter.message.headers)
    return DeadLetter(
        queue=letter.queue,
        message_id=letter.message.message_id or letter.message_id,
        type=letter.message.type or "",
        reason=reason_of(letter),
        tries=int(str(headers.get("x-saisei-tries", 0))),
        dead_at=str(headers.get("x-saisei-dead-at", "")),
        headers=headers,
        body=letter.message.body,
    )
