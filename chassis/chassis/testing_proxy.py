"""A TCP proxy that tests put between a service and its database or broker: it delays, cuts, refuses and swallows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Self
from urllib.parse import urlsplit, urlunsplit


class Proxy:
    """One server's stand-in at `url`, which is the server's own URL with another address."""

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url)
        self._clients: set[asyncio.StreamWriter] = set()
        self._servers: set[asyncio.StreamWriter] = set()
        self._abandoned: set[asyncio.StreamWriter] = set()
        self._requests, self._answers = asyncio.Event(), asyncio.Event()
        self.pass_on()
        self._delay = 0.0
        self._refusing = False
        self.connections = 0
        self.url = ""

    @classmethod
    @asynccontextmanager
    async def before(cls, url: str) -> AsyncIterator[Self]:
        """Listens in front of a server for as long as the context lasts."""
        proxy = cls(url)
        server = await asyncio.start_server(proxy._serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        login = proxy._target.netloc.rpartition("@")[0]
        proxy.url = urlunsplit(proxy._target._replace(netloc=f"{login}@127.0.0.1:{port}"))
        try:
            yield proxy
        finally:
            proxy.pass_on()
            await proxy.cut()
            server.close()
            await server.wait_closed()

    async def cut(self) -> None:
        """Ends every connection, with no word to either side."""
        for writer in self._clients | self._servers | self._abandoned:
            writer.transport.abort()

    def abandon(self) -> None:
        """Ends every connection on the server's side; the client's stays open and silent."""
        self._abandoned |= self._clients
        for writer in list(self._servers):
            writer.transport.abort()

    async def refuse(self) -> None:
        """Ends every connection, and each new one at once."""
        self._refusing = True
        await self.cut()

    def delay(self, seconds: float) -> None:
        """Each piece that is carried waits so long first, either way."""
        self._delay = seconds

    def swallow(self, *, answers_only: bool = False) -> None:
        """Connections stay open and carry nothing any more, or nothing back."""
        self._answers.clear()
        if not answers_only:
            self._requests.clear()

    def pass_on(self) -> None:
        """Everything held back arrives, and new connections are let through."""
        self._refusing = False
        self._requests.set()
        self._answers.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self._refusing:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection(self._target.hostname, self._target.port)
        self._clients.add(writer)
        self._servers.add(far_writer)
        await asyncio.gather(
            self._pump(reader, far_writer, self._requests), self._pump(far_reader, writer, self._answers)
        )
        self._clients.discard(writer)
        self._servers.discard(far_writer)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, passing: asyncio.Event) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                await passing.wait()
                await asyncio.sleep(self._delay)
                writer.write(data)
                await writer.drain()
        if writer not in self._abandoned:
            writer.transport.abort()
