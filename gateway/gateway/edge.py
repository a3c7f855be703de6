"""The outermost layer: request ids, body limits, security headers, access log, metrics, and no stack traces."""

import re
import time
from functools import cache
from typing import Any
from uuid import uuid4

import structlog
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.infrastructure import is_infrastructure
from gateway.problems import METHODS, ProblemError, render

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
UPLOADS = re.compile(r"POST /api/campaigns/[^/]+/images|PUT /api/brands/[^/]+/logo")
WEBHOOKS = re.compile(r"POST /api/webhooks/.*")
WEBHOOK_LIMIT = 256_000
"""Whoever sends one is not known before its body has been read."""

MULTIPART_OVERHEAD = 100_000
UNLOGGED = ("/healthz", "/readyz", "/metrics")
POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
SECURITY = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cache-control", b"no-store"),
)

REQUESTS = Counter("saisei_http_requests_total", "HTTP requests.", ["method", "route", "status"])
SECONDS = Histogram("saisei_http_request_seconds", "Time to answer, streams left out.", ["method", "route"])

log = structlog.get_logger("access")


class Edge:
    """A pure ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, body_limit: int, upload_limit: int) -> None:
        self._app = app
        self._body_limit = body_limit
        self._upload_limit = upload_limit + MULTIPART_OVERHEAD

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request; whatever goes wrong inside is a problem without its stack trace."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, send)
        # A request runs in a task of its own, and what is bound ends with it.
        structlog.contextvars.bind_contextvars(request_id=exchange.request_id)
        try:
            await self._serve(scope, receive, exchange)
        finally:
            exchange.finish()

    async def _serve(self, scope: Scope, receive: Receive, exchange: "_Exchange") -> None:
        limit = self._limit(scope)
        if _content_length(scope) > limit:
            problem = ProblemError(413, f"the body may have at most {limit:,} bytes")
            await render(problem, exchange.request_id)(scope, receive, exchange.send)
            return
        try:
            await self._app(scope, _limited(receive, limit), exchange.send)
        except Exception as error:
            if exchange.status:
                raise
            await render(_problem_of(error), exchange.request_id)(scope, receive, exchange.send)

    def _limit(self, scope: Scope) -> int:
        asked = f"{scope['method']} {scope['path']}"
        if WEBHOOKS.fullmatch(asked):
            return min(self._body_limit, WEBHOOK_LIMIT)
        return self._upload_limit if UPLOADS.fullmatch(asked) else self._body_limit


class _Exchange:
    """One request and what is answered."""

    def __init__(self, scope: Scope, send: Send) -> None:
        given = Headers(scope=scope).get("x-request-id", "")
        self.request_id = given if REQUEST_ID.fullmatch(given) else str(uuid4())
        self.status = 0
        self._scope = scope
        self._send = send
        self._began = time.perf_counter()
        self._is_stream = False
        scope["saisei.request_id"] = self.request_id

    async def send(self, message: Message) -> None:
        """Passes an answer on, with the headers that every answer has."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = dict(message["headers"])
            added = [(name, value) for name, value in SECURITY if name not in given]
            request_id = (b"x-request-id", self.request_id.encode())
            message["headers"] = [*message["headers"], *added, request_id]
            self._is_stream = given.get(b"content-type", b"").startswith(b"text/event-stream")
        await self._send(message)

    def finish(self) -> None:
        """Counts the request, and logs it unless it is a probe or a stream."""
        method, path, seconds = self._scope["method"], self._scope["path"], time.perf_counter() - self._began
        # Anything may stand where the method does, and every label that was ever used is kept.
        label, route = method if method in METHODS else "other", _route(self._scope)
        _counter(label, route, self.status).inc()
        if self._is_stream or path in UNLOGGED:
            return
        _histogram(label, route).observe(seconds)
        log.info("request", method=method, path=path, status=self.status, ms=round(seconds * 1000, 1))


# Found once: looking a metric up by its labels takes a lock, and as long as counting does.
@cache
def _counter(method: str, route: str, status: int) -> Counter:
    return REQUESTS.labels(method, route, str(status))


@cache
def _histogram(method: str, route: str) -> Histogram:
    return SECONDS.labels(method, route)


def _problem_of(error: Exception) -> ProblemError:
    if is_infrastructure(error):
        log.warning("request_unserved", error=repr(error))
        detail = "the database or the network is away for the moment; repeating the request with the same key is safe"
        return ProblemError(503, detail, headers={"Retry-After": "2"})
    log.exception("request_failed", exc_info=error)
    return ProblemError(500, "something went wrong here; the request id finds it in the logs")


def _limited(receive: Receive, limit: int) -> Receive:
    """The body again, cut off with 413 when it turns out longer than its sender said or did not say."""
    received = 0

    async def limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise HTTPException(413, f"the body may have at most {limit:,} bytes")
        return message

    return limited


def _content_length(scope: Scope) -> int:
    given = Headers(scope=scope).get("content-length", "0")
    return int(given) if given.isdecimal() else 0


def _route(scope: Scope) -> str:
    route: Any = scope.get("route")
    return getattr(route, "path", "unmatched")
