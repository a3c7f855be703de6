"""Health and metrics over HTTP for a service that has no other HTTP: /healthz, /readyz, /metrics."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis.health import Check, Health

LOOPBACK = "127.0.0.1"

Send = Callable[[dict[str, object]], Awaitable[None]]


class QuietServer(uvicorn.Server):
    """A server that leaves signals to whoever runs the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Takes over no signal."""
        yield


class Probes:
    """A tiny ASGI server beside the consumers."""

    def __init__(self, health: Iterable[Health], port: int, host: str = LOOPBACK) -> None:
        self._health = tuple(health)
        answer: Any = self._answer
        config = uvicorn.Config(
            answer, host=host, port=port, log_config=None, access_log=False, lifespan="off", interface="asgi3"
        )
        self._server = QuietServer(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Starts answering; returns at once."""
        self._task = asyncio.create_task(self._server.serve())

    async def stop(self) -> None:
        """Stops answering."""
        self._server.should_exit = True
        if self._task is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _answer(self, scope: dict[str, object], _receive: object, send: Send) -> None:
        path = scope.get("path")
        if path == "/healthz":
            await _send(send, 200, b'{"status":"alive"}', "application/json")
        elif path == "/readyz":
            checks = await all_checks(self._health)
            body = json.dumps({"checks": [check.model_dump() for check in checks]}).encode()
            await _send(send, 200 if all(check.ok for check in checks) else 503, body, "application/json")
        elif path == "/metrics":
            await all_checks(self._health)  # They set the gauges of the outbox and of the checks themselves.
            await _send(send, 200, generate_latest(), CONTENT_TYPE_LATEST)
        else:
            await _send(send, 404, b"", "text/plain")


async def all_checks(health: Iterable[Health]) -> list[Check]:
    """Every check of several services."""
    return [check for checks in await asyncio.gather(*(one.checks() for one in health)) for check in checks]


async def _send(send: Send, status: int, body: bytes, content_type: str) -> None:
    headers = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
