"""The gateway's side of commands: sent with a confirm, answered on this replica's own reply queue, many at once."""

import asyncio
from uuid import UUID, uuid4

import structlog
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractIncomingMessage, AbstractRobustConnection
from aiormq.exceptions import AMQPError, ChannelInvalidStateError
from pydantic import ValidationError

from chassis.connection import connect
from chassis.context import MessageContext
from chassis.errors import SaiseiError
from chassis.liveness import is_consuming
from chassis.messages import envelope_of, persistent, to_bytes
from chassis.publishing import PublishCheck
from chassis.topology import COMMANDS, REPLIES
from contracts.envelope import Command, Envelope, Reply

log = structlog.get_logger()


class NoReply(SaiseiError):
    """No answer came in time. The command may still take effect; repeating it with the same id is safe."""


class CommandClient:
    """Sends commands and waits for their replies."""

    def __init__(self, amqp_url: str, source: str, timeout: float = 10.0) -> None:
        self.reply_queue = f"gateway.replies.{uuid4()}"
        self.publish_check = PublishCheck(COMMANDS, source)
        self._url = amqp_url
        self._source = source
        self._timeout = timeout
        self._waiting: dict[UUID, list[asyncio.Future[Reply]]] = {}
        self._connection: AbstractRobustConnection | None = None
        self._exchange: AbstractExchange | None = None
        self._replies: AbstractChannel | None = None
        self._tag = ""

    @property
    def connection(self) -> AbstractRobustConnection:
        """The connection it sends on, once it has started."""
        assert self._connection is not None, "the command client is not started"
        return self._connection

    async def start(self) -> None:
        """Connects, and declares the exclusive reply queue anew after every reconnection."""
        self._connection = await connect(self._url)
        self.publish_check.use(self._connection)
        replies = self._replies = await self._connection.channel()
        queue = await replies.declare_queue(self.reply_queue, exclusive=True, auto_delete=True)
        await queue.bind(await replies.get_exchange(REPLIES, ensure=False), routing_key=self.reply_queue)
        self._tag = await queue.consume(self._receive, no_ack=True)
        channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
        self._exchange = await channel.get_exchange(COMMANDS, ensure=False)

    async def stop(self) -> None:
        """Disconnects; whoever still waits gets NoReply by its timeout."""
        await self.publish_check.confirmed.stop()
        if self._connection is not None:
            await self._connection.close()

    def hears_replies(self) -> bool:
        """Whether an answer would arrive."""
        return self._replies is not None and is_consuming(self._replies, self._tag)

    async def ask(self, command: Command, context: MessageContext, message_id: UUID, queue: str = "") -> Reply:
        """The service's answer. Raises NoReply when none came in time or the broker did not take the command."""
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(message_id, []).append(answer)
        try:
            async with asyncio.timeout(self._timeout):
                await self._send(command, context, message_id, queue or command.queue)
                return await answer
        except (TimeoutError, AMQPError, ChannelInvalidStateError, ConnectionError) as error:
            raise NoReply(f"no answer to {command.type} within {self._timeout:g} s") from error
        finally:
            self._forget(message_id, answer)

    async def _send(self, command: Command, context: MessageContext, message_id: UUID, queue: str) -> None:
        assert self._exchange is not None, "the command client is not started"
        envelope = envelope_of(command, command.type, message_id, self._source, context, origin=context.origin)
        message = persistent(to_bytes(envelope), message_id, command.type, envelope.traceparent, self.reply_queue)
        await self._exchange.publish(message, routing_key=queue, mandatory=True)

    async def _receive(self, message: AbstractIncomingMessage) -> None:
        try:
            envelope = Envelope.model_validate_json(message.body)
            reply = Reply.model_validate(envelope.data)
        except ValidationError as error:
            log.warning("reply_unreadable", error=repr(error))
            return
        for answer in self._waiting.get(envelope.causationid or UUID(int=0), ()):
            if not answer.done():
                answer.set_result(reply)

    def _forget(self, message_id: UUID, answer: asyncio.Future[Reply]) -> None:
        waiting = self._waiting[message_id]
        waiting.remove(answer)
        if not waiting:
            del self._waiting[message_id]
