"""Questions to services, which change nothing: asked again as often as need be, and not kept."""

from uuid import uuid4

from fastapi import Request

from chassis.context import MessageContext
from contracts.envelope import Command, Reply
from gateway.auth import Principal
from gateway.composition import Gateway
from gateway.origin import origin_of
from gateway.problems import ProblemError


async def ask(gateway: Gateway, principal: Principal, request: Request, question: Command, queue: str = "") -> Reply:
    """A service's answer. Raises ProblemError when it refuses, and NoReply when it does not answer in time."""
    origin = origin_of(request, principal, gateway.settings.trusted_networks)
    context = MessageContext(principal.team, principal.sub, uuid4(), origin=origin)
    reply = await gateway.commands.ask(question, context, uuid4(), queue)
    if reply.problem is not None:
        raise ProblemError.of(reply.problem)
    return reply
