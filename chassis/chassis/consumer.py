"""What happens to one message: claimed, handled and acknowledged; or retried, dead-lettered, or held."""

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable
from typing import Any, cast

import structlog
from aio_pika.abc import AbstractIncomingMessage
from aiormq.exceptions import AMQPError, ChannelInvalidStateError
from faststream.rabbit import RabbitMessage

from chassis import crashpoints, inbox
from chassis.context import MessageContext
from chassis.db import Database
from chassis.deadletters import DeadLetters
from chassis.delivery import Delivery, decode
from chassis.errors import Poison, RetryLater, TellUser
from chassis.infrastructure import hold_seconds, is_infrastructure
from chassis.metrics import HANDLED, HELD
from chassis.subscriptions import AlreadyDone, Subscription, Work
from chassis.topology import Queue
from contracts.envelope import Reply

log = structlog.get_logger()


class LetGo(Exception):
    """The service stops while a message is held; the broker takes it back."""


class Consumer:
    """Runs one subscription. Every path ends in an ack, a reject to the delayed retry, or a dead letter."""

    def __init__(self, queue: Queue, subscription: Subscription, database: Database, dead: DeadLetters) -> None:
        self._queue = queue
        self._subscription = subscription
        self._accepted = subscription.accepted
        self._database = database
        self._dead = dead
        self._stopping = asyncio.Event()

    def let_go(self) -> None:
        """Holds messages no longer: what the infrastructure keeps from being handled goes back to the broker."""
        self._stopping.set()

    async def consume(self, message: RabbitMessage) -> None:
        """Handles one message to its end."""
        try:
            delivery = decode(message.body, self._accepted)
            with structlog.contextvars.bound_contextvars(
                message_id=str(delivery.envelope.id),
                cascade_id=str(delivery.envelope.correlationid),
                queue=self._queue.name,
            ):
                await self._handle_holding(delivery, message)
        except LetGo:
            log.info("message_let_go", queue=self._queue.name)
        except Exception as error:  # noqa: BLE001 - whatever a handler raises, the message must end somewhere
            await self._fail(message, error)
        else:
            await settle(message.ack())

    async def _handle_holding(self, delivery: Delivery, message: RabbitMessage) -> None:
        for attempt in itertools.count():
            try:
                await self._handle(delivery, message)
            except Exception as error:
                if not is_infrastructure(error):
                    raise
                await self._hold(attempt, error)
            else:
                HANDLED.labels(self._queue.name, delivery.envelope.type, "done").inc()
                return

    async def _hold(self, attempt: int, error: Exception) -> None:
        log.warning("message_held", error=repr(error), attempt=attempt)
        with HELD.labels(self._queue.name).track_inprogress(), contextlib.suppress(TimeoutError):
            async with asyncio.timeout(hold_seconds(attempt)):
                await self._stopping.wait()
        if self._stopping.is_set():
            raise LetGo

    async def _handle(self, delivery: Delivery, message: RabbitMessage) -> None:
        model = type(delivery.content)
        if worker := self._subscription.workers.get(model):
            await self._work(worker, delivery)
        elif command := self._subscription.commands.get(model):
            await self._answer(command, delivery, message.reply_to)
        else:
            await self._apply(self._subscription.events[model], delivery)

    async def _apply(self, handler: Any, delivery: Delivery) -> None:
        async with self._database.transaction(MessageContext.of(delivery.envelope)) as tx:
            if not await inbox.claim(tx.conn, self._queue.name, delivery.envelope.id):
                return
            crashpoints.reach("after_claim")
            await handler(delivery.content, tx)

    async def _work(self, worker: Any, delivery: Delivery) -> None:
        if await inbox.is_claimed(self._database.pool, self._queue.name, delivery.envelope.id):
            return
        try:
            await worker(delivery.content, Work(self._database, self._queue.name, delivery.envelope))
        except AlreadyDone:
            log.info("message_already_done")

    async def _answer(self, handler: Any, delivery: Delivery, reply_to: str) -> None:
        context = MessageContext.of(delivery.envelope)
        try:
            async with self._database.transaction(context) as tx:
                if not await inbox.claim(tx.conn, self._queue.name, delivery.envelope.id):
                    raise AlreadyDone
                crashpoints.reach("after_claim")
                answer: Reply = await handler(delivery.content, tx)
                answer = answer.model_copy(update={"emitted": tx.emitted})
                await self._send_reply(tx, delivery, answer, reply_to)
        except TellUser as refusal:
            await self._refuse(context, delivery, refusal, reply_to)
        except AlreadyDone:
            await self._repeat_reply(context, delivery, reply_to)

    async def _refuse(self, context: MessageContext, delivery: Delivery, refusal: TellUser, reply_to: str) -> None:
        log.info("command_refused", type=delivery.envelope.type, problem=refusal.problem.type, detail=str(refusal))
        async with self._database.transaction(context) as tx:
            if await inbox.claim(tx.conn, self._queue.name, delivery.envelope.id):
                answer = Reply(status=refusal.problem.status, problem=refusal.problem)
                await self._send_reply(tx, delivery, answer, reply_to)
        if not tx.outgoing:
            await self._repeat_reply(context, delivery, reply_to)

    async def _send_reply(self, tx: Any, delivery: Delivery, answer: Reply, reply_to: str) -> None:
        await inbox.store_reply(tx.conn, self._queue.name, delivery.envelope.id, answer)
        if reply_to:
            tx.reply(answer, reply_to)

    async def _repeat_reply(self, context: MessageContext, delivery: Delivery, reply_to: str) -> None:
        async with self._database.transaction(context) as tx:
            stored = await inbox.stored_reply(tx.conn, self._queue.name, delivery.envelope.id)
            if stored is not None and reply_to:
                tx.reply(stored, reply_to)

    async def _fail(self, message: RabbitMessage, error: Exception) -> None:
        tries = tries_so_far(message, self._queue.name) + 1
        last = tries >= self._queue.tries
        outcome = "dead" if last else "retried"
        expected = isinstance(error, RetryLater) and not last
        log.log(
            20 if expected else 40,
            "message_failed",
            queue=self._queue.name,
            tries=tries,
            exc_info=None if expected else error,
        )
        HANDLED.labels(self._queue.name, message.raw_message.type or "", outcome).inc()
        given_up = last and await self._dead.bury(self._queue, message.raw_message, error, tries)
        if given_up and await self._close(message):
            await settle(message.ack())
        else:
            await settle(message.reject(requeue=False))

    async def _close(self, message: RabbitMessage) -> bool:
        """Lets the service end what a buried message stood for, so that nobody waits for it; False to try again."""
        try:
            delivery = decode(message.body, self._accepted)
        except Poison:
            return True
        hook = self._subscription.buried.get(type(delivery.content))
        try:
            if hook is not None:
                await hook(delivery.content, Work(self._database, self._queue.name, delivery.envelope))
        except AlreadyDone:
            log.info("message_already_done")
        except Exception as error:
            log.error("burial_not_closed", queue=self._queue.name, exc_info=error)
            return False
        return True


async def settle(acknowledgement: Awaitable[None]) -> None:
    """Acknowledges or rejects; when the channel is gone, the broker delivers again and the claim makes it harmless."""
    try:
        await acknowledgement
    except (ChannelInvalidStateError, AMQPError, ConnectionError) as error:
        log.warning("acknowledgement_lost", error=repr(error))


def tries_so_far(message: RabbitMessage | AbstractIncomingMessage, queue: str) -> int:
    """How often this message was rejected by `queue` before, as the broker counted."""
    deaths = cast("list[dict[str, Any]]", message.headers.get("x-death") or [])
    counted = [d for d in deaths if d.get("queue") == queue and d.get("reason") in ("rejected", "delivery_limit")]
    return sum(int(death.get("count", 0)) for death in counted)
