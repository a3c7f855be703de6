"""A local stand-in of Replicate's HTTP API: real HTTP, real PNGs, counted charges, scripted faults, signed webhooks.

Faults come from words in the prompt (`[fault:429]`) or from what `replicate_control.py` takes.
"""

import argparse
import socket
import sys
import threading
from types import TracebackType

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .replicate_control import CONTROLS
from .replicate_outputs import served
from .replicate_webhooks import SECRET
from .replicate_world import World, public

CREATE_FAULTS = {
    "401": "Invalid token.",
    "402": "You have insufficient credit to run this model.",
    "403": "You may not run this model.",
    "422": "input.seed: Invalid type. Expected: integer.",
    "429": "Request was throttled. Your rate limit resets in ~1s.",
    "500": "Internal server error.",
    "503": "Service unavailable.",
    "504": "Gateway timeout.",
}
PAGE = 100
# A gateway gives up on an order that the provider took: charged, and the answer is not the provider's own.
GATEWAY_FAULTS = {f"charged-{status}": status for status in (500, 502, 503, 504, 520, 524)}


def _world(request: Request) -> World:
    world: World = request.app.state.world
    world.requests.append(f"{request.method} {request.url.path}")
    return world


def _problem(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"title": "Error", "detail": detail, "status": status}, status, headers)


def _refused(request: Request, world: World) -> Response | None:
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    return _problem(401, CREATE_FAULTS["401"]) if not token or token in world.tokens_refused else None


async def _until_disconnect(request: Request) -> Response:
    """Never answer: what a client with a read timeout sees of a request that arrived."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response(status_code=499)


async def create(request: Request) -> Response:
    world = _world(request)
    if refused := _refused(request, world):
        return refused
    world.creates += 1
    order = await request.json()
    fault, retry_after = world.fault_for(str(order["input"].get("prompt", "")))
    if fault in CREATE_FAULTS:
        headers = {"Retry-After": str(retry_after)} if fault == "429" else None
        return _problem(int(fault), CREATE_FAULTS[fault], headers)
    if fault == "hang-uncharged":
        return await _until_disconnect(request)
    model = "{owner}/{name}".format(**request.path_params)
    prediction = world.accept(model, order, fault, str(request.base_url))
    if fault == "hang":
        return await _until_disconnect(request)
    if fault in GATEWAY_FAULTS:
        return _not_the_apis_word(GATEWAY_FAULTS[fault])
    return _not_the_apis_word(201) if fault == "nonsense" else JSONResponse(prediction, 201)


def _not_the_apis_word(status: int) -> Response:
    page = Response(f"<html>{status}</html>", status, media_type="text/html")
    return page if status < 520 else _problem(status, "The origin did not answer in time.")


async def index(request: Request) -> Response:
    world = _world(request)
    page = world.newest(PAGE, before=request.query_params.get("cursor"))
    following = f"{request.base_url}v1/predictions?cursor={page[-1]['id']}" if len(page) == PAGE else None
    return _refused(request, world) or JSONResponse({"previous": None, "next": following, "results": page})


async def read(request: Request) -> Response:
    world, run_id = _world(request), request.path_params["run_id"]
    if refused := _refused(request, world):
        return refused
    if run_id not in world.predictions:
        return _problem(404, "Prediction not found.")
    if (fault := world.predictions[run_id]["_fault"]) in ("poll-502", "poll-503"):
        world.predictions[run_id]["_fault"] = ""
        return _not_the_apis_word(502) if fault == "poll-502" else _problem(503, "No machine.", {"Retry-After": "7"})
    if "webhook" not in world.predictions[run_id]:
        world.advance(run_id)
    return JSONResponse(public(world.predictions[run_id]))


async def cancel(request: Request) -> Response:
    world = _world(request)
    run = world.predictions.get(request.path_params["run_id"])
    if run is None:
        return _problem(404, "Prediction not found.")
    if run["status"] == "starting":
        run["_charged"] = False
    if run["status"] in ("starting", "processing"):
        run["status"] = "canceled"
    return JSONResponse(public(run))


async def secret(request: Request) -> Response:
    return _refused(request, _world(request)) or JSONResponse({"key": SECRET})


async def output(request: Request) -> Response:
    world = _world(request)
    return await served(world.predictions.get(request.path_params["run_id"]), str(request.url), world.side)


def create_app(world: World) -> Starlette:
    """The API, its output host and its control endpoints in one application."""
    routes = [
        Route("/v1/models/{owner}/{name}/predictions", create, methods=["POST"]),
        Route("/v1/predictions", index),
        Route("/v1/predictions/{run_id}", read),
        Route("/v1/predictions/{run_id}/cancel", cancel, methods=["POST"]),
        Route("/v1/webhooks/default/secret", secret),
        Route("/outputs/{run_id}/out-0.png", output),
        *CONTROLS,
    ]
    app = Starlette(routes=routes)
    app.state.world = world
    return app


class StandIn:
    """The stand-in on a free loopback port, served from a thread of this process."""

    def __init__(self) -> None:
        self.world = World()
        self._app = create_app(self.world)
        config = uvicorn.Config(self._app, log_level="warning", ws="none", lifespan="off")
        config.timeout_graceful_shutdown = 1
        self._server = uvicorn.Server(config)
        # It listens at once, so a connection waits for the thread instead of being refused.
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def forget(self) -> None:
        """Start over with an empty memory."""
        self.world = self._app.state.world = self.world.emptied()

    def __enter__(self) -> "StandIn":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._socket.close()


def main() -> None:
    """Serve until interrupted; the first line printed is the address."""
    parser = argparse.ArgumentParser(description="A local stand-in of Replicate's HTTP API.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--side", type=int, help="of every picture, in pixels, whatever was asked for")
    given = parser.parse_args()
    listening = socket.create_server(("127.0.0.1", given.port))
    config = uvicorn.Config(create_app(World(side=given.side)), log_level="warning", ws="none")
    sys.stdout.write(f"http://127.0.0.1:{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    uvicorn.Server(config).run([listening])


if __name__ == "__main__":
    main()
