"""RFC 9457 problems: every answer that is not a success, in one shape."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, get_args

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from chassis.commands import NoReply
from contracts.envelope import Problem as Refusal
from contracts.values import AssetKind
from gateway.faults import in_words
from gateway.openapi import Operation

MEDIA_TYPE = "application/problem+json"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
MOST_FAULTS = 50
"""One body can be wrong in tens of thousands of places; nobody reads that many."""
TYPES: dict[int, str] = {
    400: "malformed-request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid",
    429: "too-many-requests",
    500: "internal-error",
    503: "unavailable",
}
_ASSETS = "/api/campaigns/{id}"
LISTED_AT: dict[str, str] = {
    **dict.fromkeys(get_args(AssetKind), _ASSETS),
    "asset": _ASSETS,
    "brand": "/api/brands",
    "campaign": "/api/campaigns",
    "cascade": "/api/campaigns/{id}/cascades",
    "dead letter": "/api/admin/dead-letters",
    "job": "/api/jobs",
    "manifest": "/api/campaigns/{id}/approval",
    "QA report": "/api/campaigns/{id}/qa",
    "retry intent": "/api/admin/retry-intents",
    "version": "/api/assets/{id}/versions",
}
"""Where whoever asked for what is not there finds what is."""

log = structlog.get_logger()


class FieldError(BaseModel):
    """One field at fault; the path is dotted, as in `options.customPrompt`."""

    path: str
    message: str


class ProblemView(BaseModel):
    """An RFC 9457 problem. `type` is stable and relative to the gateway; `instance` is the request's id."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: list[FieldError] | None = None


class ProblemError(Exception):
    """A request is answered with a problem."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        type_: str | None = None,
        title: str | None = None,
        headers: Mapping[str, str] | None = None,
        **extras: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.type = type_ or TYPES.get(status, "error")
        self.title = title or HTTPStatus(status).phrase
        self.headers = dict(headers or {})
        self.extras = extras

    @classmethod
    def of(cls, refusal: Refusal) -> "ProblemError":
        """What a service refused a command with."""
        extras = {key: value for key, value in refusal.extras.items() if key not in ("status", "detail", "headers")}
        return cls(refusal.status, refusal.detail, type_=refusal.type, title=refusal.title, **extras)


def not_found(what: str, identifier: str, *, type_: str | None = None) -> ProblemError:
    """404, for what does not exist and for what is another team's alike; `what` may be the kind of an asset."""
    hint = f"; GET {LISTED_AT[what]} tells what there is" if what in LISTED_AT else ""
    return ProblemError(404, f"your team has no {what.replace('_', ' ')} {identifier}{hint}", type_=type_)


def invalid(*errors: tuple[str, str], untold: int = 0) -> ProblemError:
    """422 that names each field at fault with what is wrong with it; `untold` is how many more there are."""
    told = [FieldError(path=path, message=message).model_dump() for path, message in errors]
    return ProblemError(422, _summary(errors, untold), title="The request is not valid", errors=told)


def render(error: ProblemError, request_id: str | None) -> Response:
    """The problem as a response."""
    body = {
        **error.extras,
        "type": f"/problems/{error.type}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "instance": request_id,
    }
    content = json.dumps(body, ensure_ascii=False, default=str).encode("utf-8", "replace")
    return Response(content, error.status, {**error.headers}, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Makes every error of an application a problem."""
    app.add_exception_handler(ProblemError, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(NoReply, _on_no_reply)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route, for its OpenAPI."""
    content = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{ProblemView.__name__}"}}}
    return {status: {"content": content, "description": HTTPStatus(status).phrase} for status in statuses}


def request_id_of(request: Request) -> str | None:
    """The id that the edge gave the request."""
    return request.scope.get("saisei.request_id")


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return render(error, request_id_of(request))


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        problem = ProblemError(400, "the body is not JSON", errors=[_malformed(faults[0])])
    else:
        operation = Operation.of(request.app.openapi(), request.scope["route"].path, request.method)
        told = faults[:MOST_FAULTS]
        words = in_words(told, operation, request.headers.get("content-type", ""))
        problem = invalid(*words, untold=len(faults) - len(told))
    return render(problem, request_id_of(request))


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = {"Allow": _allowed(request)} if error.status_code == 405 else error.headers
    problem = ProblemError(error.status_code, _detail(request, error), headers=headers)
    return render(problem, request_id_of(request))


async def _on_no_reply(request: Request, error: Exception) -> Response:
    log.warning("command_unanswered", error=str(error), path=request.url.path)
    detail = (
        "the service that owns this did not answer in time; the change may still happen. Repeating the request with "
        "the same Idempotency-Key is safe"
    )
    problem = ProblemError(503, detail, type_="no-answer", title="No answer", headers={"Retry-After": "2"})
    return render(problem, request_id_of(request))


def _detail(request: Request, error: HTTPException) -> str:
    if error.status_code == 404:
        return f"there is nothing at {request.url.path}"
    if error.status_code == 405:
        return f"{request.method} is not possible here"
    return str(error.detail)


def _allowed(request: Request) -> str:
    """Every method of the path: the router's own answer names only those of the first route that has it."""
    scopes = [{**request.scope, "method": method} for method in METHODS]
    routes = request.app.router.routes
    return ", ".join(one["method"] for one in scopes if any(route.matches(one)[0] is Match.FULL for route in routes))


def _malformed(fault: Mapping[str, Any]) -> dict[str, str]:
    reason = fault.get("ctx", {}).get("error", fault["msg"])
    return FieldError(path="", message=f"at character {fault['loc'][-1]}: {reason}").model_dump()


def _summary(errors: Sequence[tuple[str, str]], untold: int) -> str:
    path, message = errors[0]
    others = len(errors) - 1 + untold
    more = f" (and {others} more)" if others else ""
    return f"{path}: {message}{more}" if path else f"{message}{more}"
