"""Requests that change something: identified, noted once, and repeated without a second effect."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID, uuid4, uuid5

from fastapi import Depends, Header, Request
from opentelemetry import trace
from pydantic import BaseModel

from chassis.context import MessageContext
from chassis.inbox import RETENTION
from contracts.envelope import Command, Reply
from gateway import requests_store
from gateway.auth import Principal, Writer
from gateway.composition import Gateway
from gateway.origin import origin_of
from gateway.problems import ProblemError
from gateway.readmodel import cascade_store, store
from gateway.requests_store import RequestRow
from gateway.schemas.base import KEY

NAMESPACE = UUID("2f3d6f5e-6d0c-4d53-9a2e-5a1c7b7f0c55")
REPEATABLE = RETENTION - timedelta(days=1)


class Write:
    """One request that changes something. The same key with the same body is the same write."""

    def __init__(self, gateway: Gateway, principal: Principal, request: Request, key: str | None) -> None:
        self._gateway = gateway
        self._principal = principal
        self.request = request
        self._key = key
        self.message_id = self._identify()
        self._row: RequestRow | None = None
        self._known = False

    @property
    def is_repeat(self) -> bool:
        """True when a request under this key was noted before."""
        return self._known

    @property
    def cascade_id(self) -> UUID:
        """The cascade that this request is the root of."""
        assert self._row is not None, "the write is not open"
        return self._row.cascade_id

    async def open(self, body: BaseModel | bytes) -> bool:
        """True for a repeat, which may be of what has long happened, such as the deletion of what it names.

        Raises ProblemError 422 `idempotency-key-reused` when the key came with another body before.
        """
        self._row = self._new_row(body)
        known = await requests_store.find(self._gateway.database.pool, self.message_id) if self._key else None
        self._known = known is not None
        if known is not None:
            self._row = _same(known, self._row)
        return self._known

    async def has_begun(self) -> bool:
        """True for a repeat of which something has come; one that was noted may still have reached nobody."""
        return self._known and await cascade_store.has_begun(self._gateway.database.pool, self.cascade_id)

    async def note(self) -> None:
        """Notes the request before anything of it is sent; a concurrent repeat takes on the first one's cascade."""
        assert self._row is not None, "the write is not open"
        pool = self._gateway.database.pool
        await requests_store.insert(pool, self._row)
        if self._key:
            noted = await requests_store.find(pool, self.message_id)
            assert noted is not None
            self._row = _same(noted, self._row)

    async def ask(self, command: Command, *, queue: str = "", message_id: UUID | None = None) -> Reply:
        """The owning service's reply, once the read model shows what it caused.

        Raises ProblemError when the service refuses, or 503 `not-yet-visible` when the read model is too far behind,
        and NoReply when the service does not answer in time.
        """
        await self.note()
        origin = origin_of(self.request, self._principal, self._gateway.settings.trusted_networks)
        context = MessageContext(self._principal.team, self._principal.sub, self.cascade_id, origin=origin)
        reply = await self._gateway.commands.ask(command, context, message_id or self.message_id, queue)
        if reply.problem is not None:
            raise ProblemError.of(reply.problem)
        await self._applied(reply)
        return reply

    async def ask_part(self, command: Command, queue: str = "", part: str = "") -> Reply:
        """The same for a write that consists of several commands: each has an id of its own, the same in a repeat."""
        return await self.ask(command, queue=queue, message_id=uuid5(self.message_id, f"{queue} {part}"))

    async def _applied(self, reply: Reply) -> None:
        if not reply.emitted:
            return
        ids = list(reply.emitted)
        pool = self._gateway.database.pool

        async def reached() -> bool:
            return await store.applied(pool, ids) == len(ids)

        seconds = self._gateway.settings.read_your_writes_seconds
        if not await self._gateway.wakeups.until(str(self.cascade_id), reached, seconds):
            raise _not_yet_visible()

    def _identify(self) -> UUID:
        if self._key is None:
            return uuid4()
        path = self.request.url.path
        parts = (self._principal.team, self._principal.sub, self.request.method, path, self._key)
        return uuid5(NAMESPACE, json.dumps(parts))

    def _new_row(self, body: BaseModel | bytes) -> RequestRow:
        content = body if isinstance(body, bytes) else body.model_dump_json().encode()
        span = trace.get_current_span().get_span_context()
        return RequestRow(
            message_id=self.message_id,
            body_sha256=hashlib.sha256(content).hexdigest(),
            method=self.request.method,
            path=self.request.url.path,
            team_id=self._principal.team,
            actor=self._principal.sub,
            cascade_id=uuid4(),
            trace_id=format(span.trace_id, "032x") if span.is_valid else None,
            span_id=format(span.span_id, "016x") if span.is_valid else None,
        )


def _not_yet_visible() -> ProblemError:
    detail = (
        "the change was made and will show up shortly. Repeating the request with the same Idempotency-Key is safe, "
        "and answers as soon as it does"
    )
    return ProblemError(503, detail, type_="not-yet-visible", title="Not yet visible", headers={"Retry-After": "2"})


def _same(known: RequestRow, now: RequestRow) -> RequestRow:
    if known.body_sha256 != now.body_sha256:
        detail = "this Idempotency-Key came with another body before; use a new key for a new request"
        raise ProblemError(422, detail, type_="idempotency-key-reused", title="Idempotency-Key reused")
    if known.at is not None and datetime.now(UTC) - known.at > REPEATABLE:
        # The owning service may have forgotten the command by now, and would carry it out a second time.
        detail = f"this Idempotency-Key is older than {REPEATABLE.days} days; use a new one"
        raise ProblemError(422, detail, type_="idempotency-key-expired", title="Idempotency-Key expired")
    return known


async def _write(
    request: Request,
    principal: Writer,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=200,
            pattern=KEY,
            description="Repeating a request with the same key has no second effect.",
        ),
    ] = None,
) -> Write:
    return Write(request.app.state.gateway, principal, request, idempotency_key)


Writing = Annotated[Write, Depends(_write)]
