"""What only admins may read is shown only after the audit log has it that they read it."""

from typing import Annotated

from fastapi import Depends, Request

from contracts.audit import RecordAccess
from gateway.asking import ask
from gateway.auth import Admin, Principal


async def _recorded(request: Request, principal: Admin) -> Principal:
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    await ask(request.app.state.gateway, principal, request, RecordAccess(path=path[:2000]))
    return principal


RecordedAdmin = Annotated[Principal, Depends(_recorded)]
"""An admin who reads; whoever changes something is recorded by the change itself."""
