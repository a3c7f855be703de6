"""Dead letters of all services: each service shows and replays its own; the gateway's own are looked after here."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence

from fastapi import Request

from chassis.commands import NoReply
from chassis.deadcommands import UnknownDeadLetter, reason_of, together
from contracts.operations import DeadLetter, DeadLetters, ListDeadLetters, RecordReplay, ReplayDeadLetters
from gateway.asking import ask
from gateway.auth import Principal
from gateway.composition import Gateway
from gateway.idempotency import Write
from gateway.problems import not_found
from gateway.topology import TOPOLOGY

SERVICES = ("approval", "campaign", "compositor", "copy", "image", "jobs", "qa")


async def listed(
    gateway: Gateway, principal: Principal, request: Request, queue: str | None
) -> tuple[list[DeadLetter], bool, list[str]]:
    """A team's letters, whether there are more, and which services did not answer."""
    asked = [one for one in SERVICES if queue is None or queue.startswith(f"{one}.")]
    question = ListDeadLetters(of_queue=queue)
    answers = await asyncio.gather(*(_of_service(gateway, principal, request, question, one) for one in asked))
    if queue in (None, *(one.name for one in TOPOLOGY.queues)):
        answers.append(await _own(gateway, principal))
    found = [letter for answer in answers if answer is not None for letter in answer.items]
    silent = [service for service, answer in zip(asked, answers, strict=False) if answer is None]
    more = any(answer is not None and answer.more for answer in answers)
    return sorted(found, key=lambda letter: letter.last_dead_at, reverse=True), more, silent


async def replayed(gateway: Gateway, principal: Principal, write: Write, ids: Sequence[str]) -> list[str]:
    """Replays a team's letters, service by service; which they were. Raises ProblemError 404."""
    by_service: defaultdict[str, list[str]] = defaultdict(list)
    for one in dict.fromkeys(ids):
        by_service[one.partition(".")[0]].append(one)
    if unknown := by_service.keys() - {*SERVICES, TOPOLOGY.name}:
        raise not_found("dead letter", by_service[min(unknown)][0])
    await _require(gateway, principal, write, by_service)
    done: list[str] = []
    for service, wanted in sorted(by_service.items()):
        if service == TOPOLOGY.name:
            done += await _own_replayed(gateway, principal, write, wanted)
        else:
            reply = await write.ask_part(ReplayDeadLetters(ids=tuple(wanted)), f"{service}.commands")
            done += (reply.body or {})["replayed"]
    return done


async def _require(
    gateway: Gateway, principal: Principal, write: Write, by_service: Mapping[str, Sequence[str]]
) -> None:
    """All of them or none, also where they are several services': a look first. Raises ProblemError 404."""
    if len(by_service) < 2 or write.is_repeat:
        return
    for service, ids in by_service.items():
        found = await _of(gateway, principal, write, service)
        if missing := set(ids) - {letter.id for letter in found.items}:
            raise not_found("dead letter", min(missing), type_=UnknownDeadLetter.type)


async def _of(gateway: Gateway, principal: Principal, write: Write, service: str) -> DeadLetters:
    if service == TOPOLOGY.name:
        return await _own(gateway, principal)
    return await _asked(gateway, principal, write.request, ListDeadLetters(), service)


async def _of_service(
    gateway: Gateway, principal: Principal, request: Request, question: ListDeadLetters, service: str
) -> DeadLetters | None:
    try:
        return await _asked(gateway, principal, request, question, service)
    except NoReply:
        return None


async def _asked(
    gateway: Gateway, principal: Principal, request: Request, question: ListDeadLetters, service: str
) -> DeadLetters:
    reply = await ask(gateway, principal, request, question, f"{service}.commands")
    return DeadLetters.model_validate(reply.body)


async def _own(gateway: Gateway, principal: Principal) -> DeadLetters:
    letters, more = await gateway.dead_queues.letters(lambda one: one.is_of(principal.team))
    return DeadLetters(items=together(letters), more=more)


async def _own_replayed(gateway: Gateway, principal: Principal, write: Write, ids: Sequence[str]) -> list[str]:
    letters, _ = await gateway.dead_queues.letters(lambda one: one.id in ids and one.is_of(principal.team))
    found = {one.id: one for one in letters}
    if missing := [one for one in ids if one not in found]:
        raise not_found("dead letter", missing[0], type_=UnknownDeadLetter.type)
    for letter in found.values():
        # The gateway has no outbox, so what it is about to do is recorded before it does it.
        await write.ask_part(RecordReplay(id=letter.id, reason=reason_of(letter)), part=letter.id)
    return [
        letter.id
        for letter in await gateway.dead_queues.replay(lambda one: one.id in found and one.is_of(principal.team))
    ]
