"""Reading a campaign's stream without a server."""

import asyncio
import json
import math

from gateway import stream


def parse(chunk):
    """Id and data of one server-sent event; None for a comment."""
    fields = dict(line.split(": ", 1) for line in chunk.decode().strip().split("\n") if not line.startswith(":"))
    return (int(fields["id"]), json.loads(fields["data"])) if fields else None


async def read(gateway, campaign_id, count, after=0):
    events = []
    async with asyncio.timeout(10):
        async for chunk in stream.events(gateway.database.pool, gateway.wakeups, campaign_id, after, math.inf):
            if told := parse(chunk):
                events.append(told)
            if len(events) == count:
                return events
    raise AssertionError("the stream ended")
