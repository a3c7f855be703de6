"""Structured JSON logs that carry trace and cascade ids."""

import contextlib
import json
import logging
import sys
from typing import Any, Literal, TextIO, cast, get_args

import structlog
from opentelemetry import trace

from chassis.errors import SettingsError

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class _StandardError:
    """Where lines go; one that cannot be written, on a full disk or to a reader that has gone, is lost and no error."""

    def write(self, line: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(line)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()


def _add_trace(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        event["trace_id"] = format(span.trace_id, "032x")
        event["span_id"] = format(span.span_id, "016x")
    return event


# json.dumps makes an encoder for each line.
_ENCODER = json.JSONEncoder(ensure_ascii=False, default=repr)


def _to_json(event: Any, **_options: Any) -> str:
    return _ENCODER.encode(event)


def configure_logs(level: str = "INFO") -> None:
    """JSON lines on standard error, from structlog and from libraries that use the standard logging.

    Raises SettingsError for a level there is not.
    """
    if level not in get_args(LogLevel):
        raise SettingsError(
            f"SAISEI_LOG_LEVEL: no level is called {level}; take one of {', '.join(get_args(LogLevel))}"
        )
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace,
        structlog.processors.format_exc_info,
    ]
    renderer = structlog.processors.JSONRenderer(_to_json)
    structlog.configure(
        processors=[*shared, renderer],
        # Our own lines go straight out: the way through the standard library takes three times as long.
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", _StandardError())),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for noisy in ("aio_pika", "aiormq", "httpx", "httpx2", "uvicorn.access", "aio_pika.robust_connection"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    # It tells of every attempt to connect; what comes of them is told by whoever waits.
    logging.getLogger("aiormq.connection").setLevel(logging.CRITICAL)
