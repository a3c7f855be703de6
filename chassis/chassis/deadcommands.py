"""Dead letters by command: every service shows its own and replays them, through its outbox like all that it sends."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import structlog

from chassis.deadqueues import DeadQueues, Letter
from chassis.errors import NotFound
from chassis.subscriptions import Subscription
from chassis.topology import ServiceTopology
from chassis.transaction import Transaction, reply_ok
from contracts.envelope import Reply
from contracts.operations import DeadLetter, DeadLetters, ListDeadLetters, ReplayDeadLetters

SHOWN_BYTES = 4000
LISTED_AT_MOST = 500
LOOKS, LOOK_AGAIN = 5, 0.5

log = structlog.get_logger()


class UnknownDeadLetter(NotFound):
    """The team has no such dead letter here."""

    type = "unknown-dead-letter"


class DeadCommands:
    """What a service answers about its own dead letters. Each team sees and replays its own."""

    def __init__(self, topology: ServiceTopology, amqp_url: str) -> None:
        self._queues = DeadQueues(amqp_url, topology.queues)
        self._queue = f"{topology.name}.commands"

    def added_to(self, subscriptions: tuple[Subscription, ...]) -> tuple[Subscription, ...]:
        """The subscriptions, with these commands on the service's own command queue."""
        return tuple(self._with(each) if each.queue == self._queue else each for each in subscriptions)

    async def show(self, query: ListDeadLetters, tx: Transaction) -> Reply:
        """The team's letters, those of one message together."""
        letters, more = await self._queues.letters(
            lambda letter: letter.is_of(tx.team_id) and query.of_queue in (None, letter.queue)
        )
        items = together(letters)
        return reply_ok(DeadLetters(items=items[:LISTED_AT_MOST], more=more or len(items) > LISTED_AT_MOST))

    async def replay(self, command: ReplayDeadLetters, tx: Transaction) -> Reply:
        """Sends letters to their delayed retry, and so to their queue, and takes them away once that is committed.

        Should the process end in between, a letter stays and its message is on its way: handled twice, it takes effect
        once.
        """
        wanted, more = await self._queues.letters(lambda one: one.id in command.ids and one.is_of(tx.team_id))
        found = {letter.id: letter for letter in wanted}
        if missing := [one for one in command.ids if one not in found]:
            why = "there are too many to look at all of them" if more else "it may have been replayed already"
            raise UnknownDeadLetter(f"there is no dead letter {missing[0]} to be seen; {why}")
        for letter in found.values():
            tx.resend(letter.message.body, letter.queue, letter.message.type or "", message_id=uuid4())
            tx.acted_on("dead_letter", letter.id, before={"reason": reason_of(letter)}, after={"replayed": True})
        # By their time, so that one which dies again meanwhile stays.
        gone = {(letter.id, letter.dead_at) for letter in wanted}
        tx.on_commit(lambda: self._take_away(gone, len(wanted)))
        return reply_ok({"replayed": sorted(found)}, status=202)

    async def _take_away(self, gone: set[tuple[str, datetime]], letters: int) -> None:
        for _ in range(LOOKS):
            letters -= await self._queues.remove(lambda letter: (letter.id, letter.dead_at) in gone)
            if letters <= 0:
                return
            # Somebody who looks at letters holds them for a moment.
            await asyncio.sleep(LOOK_AGAIN)
        log.warning("dead_letters_stay", letters=letters)

    def _with(self, subscription: Subscription) -> Subscription:
        commands = {**subscription.commands, ReplayDeadLetters: self.replay}
        return replace(subscription, commands=commands, queries={**subscription.queries, ListDeadLetters: self.show})


def together(letters: Sequence[Letter]) -> tuple[DeadLetter, ...]:
    """Letters of one message as one, the newest death first."""
    by_id: dict[str, list[Letter]] = {}
    for letter in letters:
        by_id.setdefault(letter.id, []).append(letter)
    shown = [_shown(copies) for copies in by_id.values()]
    return tuple(sorted(shown, key=lambda letter: letter.last_dead_at, reverse=True))


def reason_of(letter: Letter) -> str:
    """Why its last try failed."""
    return str(letter.message.headers.get("x-saisei-reason", ""))


def _shown(copies: Sequence[Letter]) -> DeadLetter:
    last = max(copies, key=lambda letter: letter.dead_at)
    body = last.message.body
    return DeadLetter(
        id=last.id,
        queue=last.queue,
        message_id=last.message_id,
        type=last.message.type or str(last.envelope.get("type", "")),
        reason=reason_of(last),
        tries=int(str(last.message.headers.get("x-saisei-tries", 0))),
        count=len(copies),
        first_dead_at=min(letter.dead_at for letter in copies),
        last_dead_at=last.dead_at,
        body=body[:SHOWN_BYTES].decode("utf-8", "replace"),
        whole=len(body) <= SHOWN_BYTES,
    )
