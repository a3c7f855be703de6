"""A load generator: a few connections kept alive, each with one request on its way; a process of its own.

`python -m bench.gateway.load URL SECONDS`, the token in BENCH_TOKEN; prints requests a second.
"""

import asyncio
import os
import sys
import time
from urllib.parse import urlsplit

import uvloop

CONNECTIONS = 8


class BadAnswerError(RuntimeError):
    """An answer other than 200."""


async def connection(url: str, until: float) -> int:
    """Asks again and again; how often."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    headers = f"Host: {parts.netloc}\r\nAuthorization: Bearer {os.environ['BENCH_TOKEN']}\r\n"
    request = f"GET {parts.path} HTTP/1.1\r\n{headers}\r\n".encode()
    answered = 0
    while time.perf_counter() < until:
        writer.write(request)
        await _answer(reader)
        answered += 1
    writer.close()
    return answered


async def _answer(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise BadAnswerError(head.decode(errors="replace"))
    length = next(line for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.partition(b":")[2]))


async def generate(url: str, seconds: float) -> float:
    """Requests a second over all connections. Raises BadAnswerError."""
    began = time.perf_counter()
    counts = await asyncio.gather(*(connection(url, began + seconds) for _ in range(CONNECTIONS)))
    return sum(counts) / (time.perf_counter() - began)


if __name__ == "__main__":
    sys.stdout.write(f"{uvloop.run(generate(sys.argv[1], float(sys.argv[2])))}\n")
