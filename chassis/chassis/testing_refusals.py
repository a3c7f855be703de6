"""A command that is refused, sent twice to a running service: what was answered, logged and caused."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from structlog.testing import capture_logs

from chassis.messages import to_bytes
from chassis.testing import Broker, Runnable, drained, enveloped, received, running
from chassis.topology import COMMANDS, EVENTS, REPLIES
from contracts.envelope import Command, Reply

KEPT_FOR_REPEATS = ("inbox", "outbox")
"""The tables that may remember a refusal, so that the same command gets the same answer."""


@dataclass(frozen=True)
class Refused:
    """Status and problem type of each answer, the log's lines of this request, and types of the events it caused."""

    answers: list[tuple[int, str | None]]
    logged: list[dict[str, Any]]
    caused: list[str]


async def sent_twice(amqp_url: str, service: Runnable, command: Command, **said: Any) -> Refused:
    """Sends the command to the service, once it runs, and again when it was answered; `said` is of its envelope."""
    envelope = enveloped(command).model_copy(update={"requestid": str(uuid4()), **said})
    async with Broker.at(amqp_url) as broker, running(service):
        replies, events = await broker.watch(REPLIES, address := f"test.{uuid4()}"), await broker.watch(EVENTS, "#")
        answers: list[Reply] = []
        with capture_logs() as logs:
            for _ in range(2):
                await broker.publish(COMMANDS, command.queue, to_bytes(envelope), type=command.type, reply_to=address)
                answers += [Reply.model_validate(one.data) for one in await received(replies)]
        caused = [one.type for one in await drained(events) if one.causationid == envelope.id]
    lines = [dict(one) for one in logs if one.get("request_id") == envelope.requestid]
    return Refused([(one.status, one.problem and one.problem.type) for one in answers], lines, caused)
