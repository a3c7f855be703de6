"""Tracing that is in nobody's way."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from chassis.telemetry import current_trace_id, resuming, tracer_provider
from chassis.testing import Echoed, Happened, enveloped, received, running
from chassis.topology import EVENTS
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


async def test_each_message_is_handled_in_the_trace_it_was_sent_in_and_what_it_sends_goes_on_there(bench):
    traces = {n: f"{n:032x}" for n in range(1, 21)}
    watched = await bench.broker.watch(EVENTS, Echoed.type)
    service, exported = bench.service(bench.noting()), InMemorySpanExporter()
    service.tracing.add_span_processor(SimpleSpanProcessor(exported))
    async with running(service):
        for n, trace_id in traces.items():
            body = enveloped(Happened(n=n)).model_dump_json(exclude_none=True).encode()
            headers = {"traceparent": f"00-{trace_id}-00000000000000a1-01"}
            await bench.broker.publish(EVENTS, Happened.type, body, headers=headers)
        echoes = await received(watched, len(traces))
    assert {echo.data["n"]: (echo.traceparent or "").split("-")[1] for echo in echoes} == traces
    spans = [span for span in exported.get_finished_spans() if span.name == f"process {bench.events.name}"]
    contexts = [span.context for span in spans if span.context]
    assert {format(context.trace_id, "032x") for context in contexts} == set(traces.values())
    assert {span.parent.span_id for span in spans if span.parent} == {0xA1}


def test_work_that_was_put_off_goes_on_in_the_trace_it_was_put_off_in():
    tracer, trace_id = tracer_provider("sample").get_tracer("test"), f"{7:032x}"
    with resuming(tracer, "put off", f"00-{trace_id}-00000000000000a1-01"):
        assert current_trace_id() == trace_id
    assert current_trace_id() is None
    with resuming(tracer, "put off outside any trace", None):
        assert current_trace_id() not in (None, trace_id)
