"""What happens to one message: claimed, handled and acknowledged; or retried, dead-lettered, or held."""

from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from faststream.rabbit import RabbitMessage
from opentelemetry.sdk.trace import TracerProvider

from chassis import crashpoints, inbox
from chassis.acknowledging import Acknowledging
from chassis.context import MessageContext
from chassis.db import Database
from chassis.deadletters import DeadLetters
from chassis.delivery import Delivery, decode
from chassis.errors import Poison, RetryLater, TellUser
from chassis.grouping import Grouping
from chassis.holding import Holding, LetGo
from chassis.metrics import HANDLED
from chassis.subscriptions import AlreadyDone, Subscription, Work
from chassis.telemetry import handling
from chassis.topology import Queue
from chassis.trouble import Past, ProcessEnded, Trouble, refusal
from contracts.envelope import Reply

EARLY_AT_MOST = timedelta(minutes=30)
"""How old a message may be for coming too early to count as no try."""

log = structlog.get_logger()


class Consumer:
    """Runs one subscription. Every path ends in an ack, a reject to the delayed retry, or a dead letter."""

    def __init__(
        self,
        queue: Queue,
        subscription: Subscription,
        database: Database,
        dead: DeadLetters,
        tracing: TracerProvider,
    ) -> None:
        self._queue = queue
        self._subscription = subscription
        self._accepted = subscription.accepted
        self._database = database
        self._dead = dead
        self._tracer = tracing.get_tracer("chassis.consumer")
        self._grouping = Grouping(queue.name, database)
        self._acknowledging = Acknowledging()
        self.holding = Holding(queue.name)
        self.trouble = Trouble(queue.name, database, self.holding)

    async def consume(self, message: RabbitMessage) -> None:
        """Handles one message to its end."""
        self._acknowledging.take(message)
        with handling(self._tracer, self._queue.name, message.raw_message):
            try:
                await self._judge(message)
            except LetGo:
                log.info("message_let_go", queue=self._queue.name)

    async def _judge(self, message: RabbitMessage) -> None:
        [past] = await self.trouble.pasts([message])
        if (refused := refusal(message, past)) is not None:
            await self._fail(message, refused, past)
            return
        async with self.trouble.handling([message], suspect=past.begun > 0):
            await self._consume(message, past)

    async def _consume(self, message: RabbitMessage, past: Past) -> None:
        try:
            delivery = decode(message.body, self._accepted)
            with structlog.contextvars.bound_contextvars(
                message_id=str(delivery.envelope.id),
                cascade_id=str(delivery.envelope.correlationid),
                queue=self._queue.name,
            ):
                await self.holding.through(lambda: self._handle(delivery, message, past))
        except LetGo:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a handler raises, the message must end somewhere
            await self._fail(message, error, past)
        else:
            HANDLED.labels(self._queue.name, delivery.envelope.type, "done").inc()
            await self._acknowledging.acknowledge(message)
            await self.trouble.forget(message)

    async def _handle(self, delivery: Delivery, message: RabbitMessage, past: Past) -> None:
        model = type(delivery.content)
        if not self._subscription.is_concerned(delivery.content):
            return
        if worker := self._subscription.workers.get(model):
            await self._work(worker, delivery)
        elif command := self._subscription.commands.get(model):
            await self._answer(command, delivery, message.reply_to)
        elif query := self._subscription.queries.get(model):
            await self._look(query, delivery, message.reply_to)
        elif past.begun or message.headers.get("x-death"):
            await self._grouping.alone(delivery, self._subscription.events[model])
        else:
            await self._grouping.apply(delivery, self._subscription.events[model])

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
                tx.account_for(delivery.content)
                answer = answer.model_copy(update={"emitted": tx.emitted})
                await self._send_reply(tx, delivery, answer, reply_to)
        except TellUser as refusal:
            await self._refuse(context, delivery, refusal, reply_to)
        except AlreadyDone:
            await self._repeat_reply(context, delivery, reply_to)

    async def _look(self, handler: Any, delivery: Delivery, reply_to: str) -> None:
        """Answers a question. Delivered again, it is simply answered again."""
        async with self._database.transaction(MessageContext.of(delivery.envelope)) as tx:
            try:
                answer: Reply = await handler(delivery.content, tx)
            except TellUser as refusal:
                answer = Reply(status=refusal.problem.status, problem=refusal.problem)
            if reply_to:
                tx.reply(answer, reply_to)

    async def _refuse(self, context: MessageContext, delivery: Delivery, refusal: TellUser, reply_to: str) -> None:
        said = {"type": delivery.envelope.type, "problem": refusal.problem.type, "detail": str(refusal)}
        log.info("command_refused", request_id=delivery.envelope.requestid, **said)
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

    async def _fail(self, message: RabbitMessage, error: Exception, past: Past) -> None:
        tries = past.tries + 1
        if isinstance(error, RetryLater) and self._may_wait(message):
            await self._retry_without_a_try(message, error)
            return
        last = tries >= self._queue.tries or isinstance(error, ProcessEnded)
        log.error("message_failed", queue=self._queue.name, tries=tries, exc_info=error)
        self._count(message, "dead" if last else "retried")
        if last and await self._dead.bury(self._queue, message.raw_message, error, tries):
            await self._close(message)
            await self._acknowledging.acknowledge(message)
            await self.trouble.forget(message)
        else:
            await self._acknowledging.reject(message)

    def _may_wait(self, message: RabbitMessage) -> bool:
        age = datetime.now(UTC) - decode(message.body, self._accepted).envelope.told_at
        return age < EARLY_AT_MOST

    async def _retry_without_a_try(self, message: RabbitMessage, error: RetryLater) -> None:
        log.info("message_too_early", queue=self._queue.name, reason=str(error))
        self._count(message, "retried")
        await self.trouble.wait(message)
        await self._acknowledging.reject(message)

    def _count(self, message: RabbitMessage, outcome: str) -> None:
        HANDLED.labels(self._queue.name, message.raw_message.type or "", outcome).inc()

    async def _close(self, message: RabbitMessage) -> None:
        """Lets the service end what a buried message stood for, so that nobody waits for it. Raises LetGo."""
        try:
            delivery = decode(message.body, self._accepted)
        except Poison:
            return
        hook = self._subscription.buried.get(type(delivery.content))
        if hook is None:
            return
        work = Work(self._database, self._queue.name, delivery.envelope)
        try:
            await self.holding.through(lambda: hook(delivery.content, work))
        except AlreadyDone:
            log.info("message_already_done")
        except LetGo:
            raise
        except Exception as error:
            # Were it tried again, there would be another dead letter each time.
            log.critical("burial_not_closed", queue=self._queue.name, exc_info=error)
