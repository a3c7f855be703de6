"""The approval service in a process of its own, for tests to end: `python replica.py <database url> <broker url>`."""

import asyncio
import sys
from datetime import timedelta

from approval_service.app import Settings, create_app
from chassis import db, relay


async def main(database_url: str, amqp_url: str) -> None:
    """Runs until it is killed; what it committed and did not publish is due for others a second later."""
    db.LEASE = relay.LEASE = timedelta(seconds=1)
    settings = Settings(service="approval", database_url=database_url, amqp_url=amqp_url, blob_url="memory://")
    await create_app(settings).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
