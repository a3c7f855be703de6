"""Composition root of the gateway."""

from collections.abc import AsyncIterator, MutableMapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.middleware import Middleware

from chassis.health import Check, Health
from chassis.probes import all_checks
from gateway import problems, published
from gateway.composition import ExtraChecks, Gateway
from gateway.edge import UNLOGGED, Edge
from gateway.routes import (
    approvals,
    assets,
    audit,
    blobs,
    brands,
    campaigns,
    cascades,
    deadletters,
    dirty,
    jobs,
    money,
    operations,
    photos,
    qa,
    regenerate,
    retries,
    streams,
    versions,
    webhooks,
)
from gateway.server import HttpServer
from gateway.settings import Settings

__all__ = ["Settings", "create_app", "serve"]

ROUTERS = (
    campaigns,
    brands,
    regenerate,
    dirty,
    assets,
    photos,
    versions,
    blobs,
    jobs,
    cascades,
    approvals,
    qa,
    retries,
    audit,
    deadletters,
    money,
    streams,
    webhooks,
    operations,
)


def create_app(settings: Settings, extra_checks: ExtraChecks | None = None) -> FastAPI:
    """The HTTP application; its lifespan starts and stops everything. `extra_checks` join /readyz."""
    gateway = Gateway(settings, extra_checks)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await gateway.start()
        try:
            yield
        finally:
            await gateway.stop()

    app = FastAPI(
        title="Saisei",
        description="Regenerates any one piece of a campaign and brings everything that rests on it into agreement.",
        version="0.1.0",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=[Middleware(Edge, settings.body_limit_bytes, settings.upload_limit_bytes)],
        telemetry={
            "tracer_provider": gateway.tracing,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
            "exclude": _is_probe,
        },
    )
    app.state.gateway = gateway
    problems.install(app)
    # Included, each router would build its routes anew for this application, on its first request. As they are, they
    # know nothing of the application's `dependency_overrides`.
    app.router.routes.extend(route for module in ROUTERS for route in module.router.routes)
    published.install(app)
    return app


@asynccontextmanager
async def serve(settings: Settings, health: Sequence[Health] = ()) -> AsyncIterator[HttpServer]:
    """Serves until left; readiness also asks the services that run in the same process."""

    async def others() -> list[Check]:
        return await all_checks(health)

    app = create_app(settings, others)
    server = HttpServer(app, settings, app.state.gateway.wakeups.close)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def _is_probe(scope: MutableMapping[str, Any]) -> bool:
    return scope.get("path") in UNLOGGED
