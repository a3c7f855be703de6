"""The HTTP server, under the signal handling of whoever runs the process."""

import asyncio
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from chassis.probes import QuietServer
from gateway.settings import Settings

DRAIN_SECONDS = 10


class HttpServer(QuietServer):
    """Started and stopped like a service. `before_shutdown` ends open streams, for which uvicorn would wait."""

    def __init__(self, app: ASGIApp, settings: Settings, before_shutdown: Callable[[], None]) -> None:
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            # Uvicorn would believe X-Forwarded-For of whoever asks from this machine; see `origin`.
            proxy_headers=False,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
        super().__init__(config)
        self._before_shutdown = before_shutdown
        self._listening = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def startup(self, sockets: list | None = None) -> None:
        """Says when connections are taken."""
        await super().startup(sockets)
        self._listening.set()

    async def shutdown(self, sockets: list | None = None) -> None:
        """Ends the streams, then finishes requests within their budget."""
        self._before_shutdown()
        await super().shutdown(sockets)

    async def start(self) -> None:
        """Returns once connections are taken. Raises RuntimeError when they are not, with the reason in the log."""
        self._task = asyncio.create_task(self.serve())
        listening = asyncio.create_task(self._listening.wait())
        await asyncio.wait((self._task, listening), return_when=asyncio.FIRST_COMPLETED)
        listening.cancel()
        if not self.started:
            await asyncio.gather(self._task, return_exceptions=True)
            raise RuntimeError("the gateway did not start; the log says why")

    async def stop(self) -> None:
        """Stops taking connections and waits for the rest."""
        self.should_exit = True
        if self._task is not None:
            await self._task
