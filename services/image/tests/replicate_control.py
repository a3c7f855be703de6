"""How a test says what befalls the stand-in's runs, and asks what it charged for; every body is JSON.

POST /control/faults {"fault", "times", "retryAfter"} is for the orders to come.
/control/telling {"times", "runSeconds"} says how the ends of runs are told that are ordered with a webhook.
Such a run ends at /control/end {"runId"}, and anything is told of any run at
/control/tell {"runId", "status", "url", "id", "secret", "age"}.
/control/release lets go on whatever is queued or stuck.
GET /control/ledger counts what was asked and charged, and names every order that was taken with whether it was charged.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .replicate_webhooks import Telling, Webhook
from .replicate_world import Scripted, World, public


def world_of(request: Request) -> World:
    """What is remembered."""
    return request.app.state.world


async def script(request: Request) -> Response:
    body = await request.json()
    scripted = Scripted(body["fault"], body.get("times", 1), body.get("retryAfter", 1))
    world_of(request).scripted.append(scripted)
    return JSONResponse({"scripted": scripted.fault}, 201)


async def telling(request: Request) -> Response:
    body = await request.json()
    world_of(request).telling = Telling(body.get("times", 1), body.get("runSeconds"))
    return Response(status_code=204)


async def end(request: Request) -> Response:
    world_of(request).end((await request.json())["runId"])
    return Response(status_code=204)


async def release(request: Request) -> Response:
    for run in world_of(request).predictions.values():
        run["_fault"] = "" if run["_fault"] in ("queued", "stuck") else run["_fault"]
    return Response(status_code=204)


async def tell(request: Request) -> Response:
    body, world = await request.json(), world_of(request)
    run_id = body.pop("runId")
    run = public(world.predictions.get(run_id, {"id": run_id}))
    status = body.pop("status", run.get("status"))
    url = body.pop("url", run.get("webhook"))
    return JSONResponse({"answered": await Webhook(url, run | {"status": status}, **body).send()})


async def ledger(request: Request) -> Response:
    world = world_of(request)
    polls = [asked for asked in world.requests if asked.startswith("GET /v1/predictions/")]
    counts = {"creates": world.creates, "charges": world.charges, "predictions": len(world.predictions)}
    orders = [
        {"id": run_id, "prompt": run["input"]["prompt"], "charged": run["_charged"]}
        for run_id, run in world.predictions.items()
    ]
    return JSONResponse(counts | {"polls": len(polls), "runs": list(world.predictions), "orders": orders})


async def reset(request: Request) -> Response:
    request.app.state.world = world_of(request).emptied()
    return Response(status_code=204)


CONTROLS = [
    Route("/control/faults", script, methods=["POST"]),
    Route("/control/telling", telling, methods=["POST"]),
    Route("/control/end", end, methods=["POST"]),
    Route("/control/release", release, methods=["POST"]),
    Route("/control/tell", tell, methods=["POST"]),
    Route("/control/ledger", ledger),
    Route("/control/reset", reset, methods=["POST"]),
]
