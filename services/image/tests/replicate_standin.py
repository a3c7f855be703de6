"""A local stand-in of Replicate's HTTP API: real HTTP, real PNGs, counted charges, scripted faults.

Faults come from words in the prompt (`[fault:429]`) or POST /control/faults {"fault", "times", "retryAfter"}.
"""

import argparse
import asyncio
import io
import re
import socket
import sys
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import uvicorn
from PIL import Image, ImageOps
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

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
# A gateway gives up on an order that the provider took: charged, and the answer is not the provider's own.
GATEWAY_FAULTS = {f"charged-{status}": status for status in (500, 502, 503, 504, 520, 524)}
RUN_FAULTS = {
    "nsfw": "NSFW content detected. Try running it again, or try a different prompt. (E005)",
    "crash": "CUDA out of memory.",
}
REDIRECTS = {
    "redirect-loopback": "http://127.0.0.2:1/secret.png",
    "redirect-private": "http://169.254.169.254/latest/meta-data/",
    "redirect-file": "file:///etc/passwd",
}


@dataclass
class Scripted:
    """A fault that the next `times` creates meet, whatever their prompt says."""

    fault: str
    times: int = 1
    retry_after: int = 1


@dataclass
class World:
    """Everything the stand-in remembers."""

    predictions: dict[str, dict[str, Any]] = field(default_factory=dict)
    scripted: list[Scripted] = field(default_factory=list)
    charges: int = 0
    creates: int = 0
    requests: list[str] = field(default_factory=list)
    tokens_refused: frozenset[str] = frozenset({"revoked"})

    def fault_for(self, prompt: str) -> tuple[str, int]:
        """The fault this create meets ("" for none) and its Retry-After in seconds."""
        if self.scripted:
            scripted = self.scripted[0]
            scripted.times -= 1
            self.scripted = self.scripted[scripted.times <= 0 :]
            return scripted.fault, scripted.retry_after
        found = re.search(r"\[fault:([\w-]+)\]", prompt)
        return (found.group(1) if found else ""), 1

    def accept(self, model: str, inputs: dict[str, Any], fault: str, base: str) -> dict[str, Any]:
        """Create a prediction and charge for it. Ids look like Replicate's; polls move it on, one step each."""
        run_id = f"standin{len(self.predictions):08d}"
        self.charges += 1
        prediction = {"id": run_id, "model": model, "version": "hidden", "status": "starting", "input": inputs}
        prediction |= {"created_at": _now(), **dict.fromkeys(("output", "error", "logs", "started_at"))}
        prediction["urls"] = {"get": f"{base}v1/predictions/{run_id}"}
        self.predictions[run_id] = prediction | {"_fault": fault, "_base": base}
        return prediction

    def advance(self, run_id: str) -> None:
        """starting → processing → finished; a `queued` run stays in the first, a `stuck` one in the second."""
        run = self.predictions[run_id]
        fault = run["_fault"]
        if run["status"] == "starting" and fault == "aborted":
            run["status"] = "aborted"
        elif run["status"] == "starting" and fault != "queued":
            run |= {"status": "processing", "started_at": _now()}
        elif run["status"] == "processing" and fault in RUN_FAULTS:
            run |= {"status": "failed", "error": RUN_FAULTS[fault]}
        elif run["status"] == "processing" and fault != "stuck":
            output = None if fault == "no-output" else f"{run['_base']}outputs/{run_id}/out-0.png"
            run |= {"status": "succeeded", "output": output}


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def public(run: dict[str, Any]) -> dict[str, Any]:
    """A prediction without the stand-in's own notes."""
    return {key: value for key, value in run.items() if not key.startswith("_")}


def picture(width: int, height: int, seed: int) -> bytes:
    """A PNG of the asked size whose two colours follow from the seed."""
    disc = Image.radial_gradient("L").rotate(seed % 360).resize((width, height))
    hue = seed * 47 % 360
    shades = ImageOps.colorize(disc, f"hsl({hue}, 60%, 88%)", f"hsl({(hue + 40) % 360}, 55%, 32%)")
    target = io.BytesIO()
    shades.save(target, "PNG", compress_level=1)
    return target.getvalue()


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
    inputs = (await request.json())["input"]
    fault, retry_after = world.fault_for(str(inputs.get("prompt", "")))
    if fault in CREATE_FAULTS:
        headers = {"Retry-After": str(retry_after)} if fault == "429" else None
        return _problem(int(fault), CREATE_FAULTS[fault], headers)
    if fault == "hang-uncharged":
        return await _until_disconnect(request)
    model = "{owner}/{name}".format(**request.path_params)
    prediction = world.accept(model, inputs, fault, str(request.base_url))
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
    newest_first = [public(run) for run in reversed(world.predictions.values())]
    return _refused(request, world) or JSONResponse({"previous": None, "next": None, "results": newest_first[:100]})


async def read(request: Request) -> Response:
    world, run_id = _world(request), request.path_params["run_id"]
    if refused := _refused(request, world):
        return refused
    if run_id not in world.predictions:
        return _problem(404, "Prediction not found.")
    if (fault := world.predictions[run_id]["_fault"]) in ("poll-502", "poll-503"):
        world.predictions[run_id]["_fault"] = ""
        return _not_the_apis_word(502) if fault == "poll-502" else _problem(503, "No machine.", {"Retry-After": "7"})
    world.advance(run_id)
    return JSONResponse(public(world.predictions[run_id]))


async def cancel(request: Request) -> Response:
    world = _world(request)
    run = world.predictions.get(request.path_params["run_id"])
    if run is None:
        return _problem(404, "Prediction not found.")
    world.charges -= run["status"] == "starting"
    if run["status"] in ("starting", "processing"):
        run["status"] = "canceled"
    return JSONResponse(public(run))


async def output(request: Request) -> Response:
    world = _world(request)
    run = world.predictions.get(request.path_params["run_id"])
    if run is None or (fault := run["_fault"]) == "expired":
        return Response("Not found", 404)
    if fault.startswith("redirect"):
        return RedirectResponse(REDIRECTS.get(fault, str(request.url)))
    if fault == "endless":
        return StreamingResponse(_endless(), media_type="image/png")
    if fault == "garbage":
        return Response(b"\x89PNG but not really", media_type="image/png")
    media_type = "image/svg+xml" if fault == "content-type" else "image/png"
    inputs = run["input"]
    png = await asyncio.to_thread(picture, inputs.get("width", 1024), inputs.get("height", 1024), inputs["seed"])
    return Response(png, media_type=media_type)


async def _endless() -> AsyncIterator[bytes]:
    block = b"\x89PNG" * 65536
    while True:
        yield block
        # Once the client is gone nothing else here would ever let the server's loop go on.
        await asyncio.sleep(0)


async def script(request: Request) -> Response:
    body = await request.json()
    scripted = Scripted(body["fault"], body.get("times", 1), body.get("retryAfter", 1))
    _world(request).scripted.append(scripted)
    return JSONResponse({"scripted": scripted.fault}, 201)


async def ledger(request: Request) -> Response:
    world: World = request.app.state.world
    return JSONResponse({"creates": world.creates, "charges": world.charges, "predictions": len(world.predictions)})


async def reset(request: Request) -> Response:
    request.app.state.world = World()
    return Response(status_code=204)


def create_app(world: World) -> Starlette:
    """The API, its output host and its control endpoints in one application."""
    routes = [
        Route("/v1/models/{owner}/{name}/predictions", create, methods=["POST"]),
        Route("/v1/predictions", index),
        Route("/v1/predictions/{run_id}", read),
        Route("/v1/predictions/{run_id}/cancel", cancel, methods=["POST"]),
        Route("/outputs/{run_id}/out-0.png", output),
        Route("/control/faults", script, methods=["POST"]),
        Route("/control/ledger", ledger),
        Route("/control/reset", reset, methods=["POST"]),
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
        self.world = self._app.state.world = World()

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
    listening = socket.create_server(("127.0.0.1", parser.parse_args().port))
    config = uvicorn.Config(create_app(World()), log_level="warning", ws="none")
    sys.stdout.write(f"http://127.0.0.1:{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    uvicorn.Server(config).run([listening])


if __name__ == "__main__":
    main()
