"""Runs services in this process: the same code alone or together, under one signal handler."""

import asyncio
import os
import signal
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import AsyncExitStack
from importlib import import_module
from typing import Any

import structlog
import uvloop
from aiormq.exceptions import AMQPError

from chassis.connection import wait_for_broker
from chassis.errors import SettingsError
from chassis.logs import configure_logs
from chassis.probes import Probes
from chassis.service import Service
from chassis.settings import load
from saisei_local.gate import passed
from saisei_local.memory import give_memory_back, keep_small
from saisei_local.services import PACKAGES

log = structlog.get_logger()


def run_services(names: Sequence[str], gate: int | None = None) -> None:
    """Runs until SIGTERM or SIGINT, then lets work at hand finish. Raises SettingsError that names a variable.

    What it needs is there once the gate is open, if there is one; it is loaded by then.
    """
    give_memory_back()
    configure_logs(os.environ.get("SAISEI_LOG_LEVEL") or "INFO")
    uvloop.run(_run(names, gate))


async def _run(names: Sequence[str], gate: int | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    services = [_service(name) for name in names if name != "gateway"]
    gateway = _gateway_settings() if "gateway" in names else None
    async with AsyncExitStack() as stack:
        stack.push_async_callback(_stop, services)
        urls = {one.amqp_url for one in (*(service.settings for service in services), gateway) if one is not None}
        if await _ended_first(_wait(gate, urls), stop):
            return
        await asyncio.gather(*(service.start() for service in services))
        await _serve_http(stack, gateway, services)
        stack.callback(asyncio.create_task(keep_small()).cancel)
        await stop.wait()
        log.info("stopping", services=list(names))


async def _wait(gate: int | None, urls: Iterable[str]) -> None:
    if gate is not None:
        await passed(gate)
    await _wait_for_brokers(urls)


async def _wait_for_brokers(urls: Iterable[str]) -> None:
    try:
        await asyncio.gather(*map(wait_for_broker, urls))
    except AMQPError as refusal:
        raise SettingsError(
            f"the broker is there and lets nobody in ({refusal!r}): look at the login and the virtual host in "
            "SAISEI_<SERVICE>_AMQP_URL"
        ) from refusal


async def _ended_first(work: Coroutine[Any, Any, None], stop: asyncio.Event) -> bool:
    """True when it is time to stop before the work is done."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if working.done():
        working.result()
        return False
    working.cancel()
    return True


async def _stop(services: Sequence[Service]) -> None:
    # One after the other, the waits of several services for what is silent would add up beyond the time to stop.
    ended = await asyncio.gather(*(service.stop() for service in services), return_exceptions=True)
    for failure in filter(None, ended):
        raise failure


async def _serve_http(stack: AsyncExitStack, gateway: Any, services: Sequence[Service]) -> None:
    health = [service.health for service in services]
    if gateway is not None:
        from gateway.app import serve

        await stack.enter_async_context(serve(gateway, health))
    elif port := next((service.settings.health_port for service in services if service.settings.health_port), None):
        probes = Probes(health, port)
        await probes.start()
        stack.push_async_callback(probes.stop)


def _service(name: str) -> Service:
    app = import_module(f"{PACKAGES[name]}.app")
    return app.create_app(load(app.Settings, name))


def _gateway_settings() -> Any:
    """Its import takes a second, which passes while the broker starts."""
    from gateway.app import Settings

    return load(Settings, "gateway")
