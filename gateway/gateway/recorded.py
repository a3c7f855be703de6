"""What only admins may read is shown only after the audit log has it that they read it."""

from typing import Annotated

from fastapi import Depends, Request

from contracts.audit import RecordAccess
from gateway.asking import ask
from gateway.auth import Admin, Principal

LONGEST = 2000


async def _recorded(request: Request, principal: Admin) -> Principal:
    gateway = request.app.state.gateway
    # As it was sent: decoded, a path may hold what no database takes.
    path, query = request.scope["raw_path"].decode("latin-1"), request.scope["query_string"].decode("latin-1")
    where = (f"{path}?{query}" if query else path)[:LONGEST]
    if gateway.accesses.is_new(principal.team, principal.sub, where):
        await ask(gateway, principal, request, RecordAccess(path=where))
        gateway.accesses.note(principal.team, principal.sub, where)
    return principal


RecordedAdmin = Annotated[Principal, Depends(_recorded)]
"""An admin who reads; whoever changes something is recorded by the change itself."""
