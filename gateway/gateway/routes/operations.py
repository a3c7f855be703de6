"""Health, readiness, metrics and the API's own documentation."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field

from chassis.health import Check
from gateway.docs import guide, page
from gateway.problems import ProblemError
from gateway.routes.access import Parts

router = APIRouter(tags=["operations"])


class Alive(BaseModel):
    """The process answers."""

    status: str = "ok"


class Readiness(BaseModel):
    """Every check, in words."""

    ready: bool = Field(examples=[True])
    checks: list[Check] = Field(examples=[[{"name": "gateway.database", "ok": True, "detail": "answers"}]])


@router.get("/healthz", operation_id="isAlive")
async def healthz() -> Alive:
    """Says that the process answers."""
    return Alive()


@router.get(
    "/readyz",
    operation_id="isReady",
    responses={503: {"model": Readiness, "description": "Not ready; the checks say why."}},
)
async def readyz(gateway: Parts, response: Response) -> Readiness:
    """Says whether requests can be served right now, and what is in the way."""
    checks = await gateway.checks()
    ready = all(check.ok for check in checks)
    response.status_code = 200 if ready else 503
    return Readiness(ready=ready, checks=checks)


@router.get("/metrics", include_in_schema=False)
async def metrics(gateway: Parts) -> Response:
    """Prometheus metrics."""
    await gateway.checks()  # They set the gauges of the outbox and of the checks themselves.
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


@router.get("/", include_in_schema=False)
async def root() -> Response:
    """Points to the documentation."""
    return RedirectResponse("/docs")


@router.get("/problems/{name}", include_in_schema=False)
async def problem_type(name: str) -> Response:
    """Points to what is said of a problem's `type`, so that it can be followed as the address that it is."""
    if name not in guide.TYPES:
        raise ProblemError(404, f"there is no problem {name[:100]}")
    return RedirectResponse(f"/docs#problem-{name}")


@router.get("/docs", include_in_schema=False)
async def docs(request: Request) -> Response:
    """The API's documentation, without a script and without anything from elsewhere."""
    headers = {"Content-Security-Policy": page.POLICY}
    content = page.render(request.app.openapi(), str(request.base_url))
    return Response(content, headers=headers, media_type="text/html")


@router.get("/docs/style.css", include_in_schema=False)
async def docs_style() -> Response:
    """How the documentation looks."""
    return Response(page.STYLE, media_type="text/css")
