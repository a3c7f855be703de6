"""Serves the gateway beside other services in one process, under that process's own signal handling."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from gateway.settings import Settings

DRAIN_SECONDS = 10


class _Uvicorn(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()
        self._app = app

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals to the process."""
        yield

    async def startup(self, sockets: list | None = None) -> None:
        """Says when connections are taken."""
        await super().startup(sockets)
        self.listening.set()

    async def shutdown(self, sockets: list | None = None) -> None:
        """Ends the open streams first: uvicorn would wait for them."""
        self._app.state.gateway.wakeups.close()
        await super().shutdown(sockets)


class Server:
    """One HTTP server, started and stopped like any service."""

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
        self._uvicorn = _Uvicorn(config, app)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Returns once connections are taken. Raises RuntimeError when the port or a backing service is missing."""
        self._task = asyncio.create_task(self._uvicorn.serve())
        listening = asyncio.create_task(self._uvicorn.listening.wait())
        await asyncio.wait((self._task, listening), return_when=asyncio.FIRST_COMPLETED)
        if not self._uvicorn.started:
            listening.cancel()
            await self._task
            raise RuntimeError("the gateway did not start; the log says why")

    async def stop(self) -> None:
        """Ends streams, finishes requests within their budget, and stops the gateway."""
        if self._task is not None:
            self._uvicorn.should_exit = True
            await self._task
