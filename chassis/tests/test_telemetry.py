"""Tracing that is in nobody's way."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from saisei_local.embedded.ports import choose_ports


@pytest.fixture
async def silent_collector(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Takes connections and answers nothing."""
    released = asyncio.Event()

    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await released.wait()
        writer.close()

    port = choose_ports(("collector",), {})["collector"]
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{port}")
    async with await asyncio.start_server(say_nothing, "127.0.0.1", port):
        yield
        released.set()


async def test_service_stops_in_seconds_and_holds_up_nobody_while_its_collector_is_silent(bench, silent_collector):
    service = bench.service()
    await service.start()
    service.tracing.get_tracer("test").start_span("never exported").end()
    gaps: list[float] = []
    watching = asyncio.create_task(_note_gaps(gaps))
    async with asyncio.timeout(6):
        await service.stop()
    watching.cancel()
    assert max(gaps) < 1


async def _note_gaps(gaps: list[float]) -> None:
    now = asyncio.get_running_loop().time
    while True:
        before = now()
        await asyncio.sleep(0.02)
        gaps.append(now() - before)
