"""Tracing: one trace from the HTTP request to the last file, exported by the standard OTEL_* variables."""

import asyncio
import contextlib
import os
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from opentelemetry import context, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

EXPORT_SECONDS = 2.0


class Consumed(Protocol):
    """What a span tells of a received message."""

    @property
    def headers(self) -> Mapping[str, Any]: ...

    @property
    def message_id(self) -> str | None: ...

    @property
    def routing_key(self) -> str | None: ...


_PROPAGATOR = TraceContextTextMapPropagator()


def tracer_provider(service: str) -> TracerProvider:
    """A service's own provider. Trace ids are made always; spans are exported when an OTLP endpoint is set."""
    provider = TracerProvider(resource=Resource.create({"service.name": f"saisei-{service}"}))
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider


async def shut_down(provider: TracerProvider) -> None:
    """Exports what is left, for a short while; a collector that does not answer keeps nobody from stopping."""
    loop, exported = asyncio.get_running_loop(), asyncio.Event()

    def export() -> None:
        provider.shutdown()
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(exported.set)

    # Neither the loop nor the interpreter waits for a daemon, as they would for a thread of the loop's executor.
    threading.Thread(target=export, name="export of spans", daemon=True).start()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(EXPORT_SECONDS):
            await exported.wait()


@contextlib.contextmanager
def handling(tracer: trace.Tracer, queue: str, message: Consumed) -> Iterator[None]:
    """The span in which a message is handled, within the one that it was sent in; its name is that of the queue."""
    carrier = {"traceparent": str(message.headers.get("traceparent", ""))}
    attributes = {
        "messaging.system": "rabbitmq",
        "messaging.operation.type": "process",
        "messaging.destination.name": queue,
        "messaging.message.id": message.message_id or "",
        "messaging.rabbitmq.destination.routing_key": message.routing_key or "",
    }
    span = tracer.start_span(f"process {queue}", _PROPAGATOR.extract(carrier), SpanKind.CONSUMER, attributes)
    token = context.attach(trace.set_span_in_context(span))
    try:
        yield
    finally:
        context.detach(token)
        span.end()


@contextlib.contextmanager
def resuming(tracer: trace.Tracer, name: str, traceparent: str | None) -> Iterator[None]:
    """A span for work that was put off, within the one that it was put off in."""
    parent = _PROPAGATOR.extract({"traceparent": traceparent or ""})
    with tracer.start_as_current_span(name, parent, SpanKind.INTERNAL):
        yield


def current_traceparent() -> str | None:
    """The W3C traceparent of the span at hand; None outside any."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier)
    return carrier.get("traceparent")


def current_trace_id() -> str | None:
    """The id of the trace at hand in hexadecimal; None outside any."""
    span = trace.get_current_span().get_span_context()
    return format(span.trace_id, "032x") if span.is_valid else None


def record_outbox_wait(tracer: trace.Tracer, traceparent: str | None, key: str, since: datetime) -> None:
    """One span from a message's commit to its confirm, so time spent waiting in the outbox is visible."""
    if traceparent is None:
        return
    parent = _PROPAGATOR.extract({"traceparent": traceparent})
    start = int(since.timestamp() * 1_000_000_000)
    tracer.start_span(f"outbox {key}", context=parent, kind=SpanKind.PRODUCER, start_time=start).end()
