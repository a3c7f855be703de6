"""Connections that a service holds to its provider for as long as it runs."""

import asyncio
from collections.abc import Awaitable, Callable


async def close_at_stop(close: Callable[[], Awaitable[None]]) -> None:
    """Runs beside the service and closes once the service stops, which is after its last job."""
    try:
        await asyncio.Event().wait()
    finally:
        await close()
