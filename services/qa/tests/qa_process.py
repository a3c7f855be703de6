"""The qa service in a process of its own, to be killed: `python qa_process.py DATABASE_URL AMQP_URL`."""

import asyncio
import sys
from typing import Any

from scripted_reviewer import ScriptedReviewer  # pyright: ignore[reportMissingImports]

from qa_service.domain import Judged
from qa_service.judging import Rules
from qa_service.reviewer import Look
from qa_service.settings import Settings
from qa_service.wiring import wired


async def no_looks(_judged: Judged) -> tuple[Look, ...]:
    return ()


async def main(database_url: str, amqp_url: str) -> None:
    urls: dict[str, Any] = {"database_url": database_url, "amqp_url": amqp_url, "blob_url": "memory://"}
    settings = Settings(service="qa", settle_seconds=0.1, **urls)
    rules, reviewer = Rules("test-1", lambda _judged: []), ScriptedReviewer(offline=True)
    await wired(settings, rules, reviewer, lambda _judged, _claims, _seen: ((), 0), no_looks).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
