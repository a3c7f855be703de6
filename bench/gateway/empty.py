"""The peer: a FastAPI application with one empty route behind the gateway's own authentication and server settings."""

import asyncio
import signal
import sys
from pathlib import Path
from types import SimpleNamespace

import uvloop
from fastapi import FastAPI

from bench.instance import UNLIMITED
from gateway import problems
from gateway.auth import Authenticator, Reader
from gateway.jwks import FileKeys
from gateway.rates import Rates
from gateway.server import HttpServer
from gateway.settings import Settings
from saisei_local.settings import AUDIENCE, ISSUER


def create_app(settings: Settings) -> FastAPI:
    """No middleware, no telemetry, no database."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    authenticator = Authenticator(_keys(settings), settings.jwt_issuer, settings.jwt_audience)
    rates = Rates(settings.reads_per_second, settings.writes_per_second)
    app.state.gateway = SimpleNamespace(authenticator=authenticator, rates=rates)
    problems.install(app)

    @app.get("/")
    async def empty(_principal: Reader) -> dict[str, str]:
        return {}

    return app


def _keys(settings: Settings) -> FileKeys:
    assert settings.jwks_file is not None
    return FileKeys(settings.jwks_file)


async def serve(port: int, jwks: Path) -> None:
    """Until SIGTERM."""
    settings = Settings(
        service="gateway",
        database_url="",
        amqp_url="",
        blob_url="",
        port=port,
        jwks_file=jwks,
        jwt_issuer=ISSUER,
        jwt_audience=AUDIENCE,
        reads_per_second=UNLIMITED,
    )
    server = HttpServer(create_app(settings), settings, lambda: None)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await server.start()
    await stop.wait()
    await server.stop()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
