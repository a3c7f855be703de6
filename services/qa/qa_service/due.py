"""When a kit is judged by itself: once it has been quiet for a moment, or has changed for too long without one."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import structlog

from chassis import crashpoints
from chassis.db import Database
from chassis.infrastructure import is_infrastructure
from qa_service import due_store
from qa_service.due_store import DueCampaign
from qa_service.service import Requesting

LONGEST = timedelta(seconds=10)
"""How long a kit that never comes to rest waits."""

LOOK_EVERY = 0.5
AT_ONCE = 50
PUT_OFF = timedelta(minutes=1)

Resume = Callable[[str | None], AbstractContextManager[None]]
"""Goes on in a trace that something was put off in."""

log = structlog.get_logger()


class Due:
    """Asks for what is due to be judged; of several replicas one does."""

    def __init__(self, database: Database, requesting: Requesting, settle: timedelta, resume: Resume) -> None:
        self._database = database
        self._requesting = requesting
        self._settle = settle
        self._resume = resume

    async def run(self) -> None:
        """Goes on for as long as the service runs."""
        while True:
            if not await self.ask():
                await asyncio.sleep(LOOK_EVERY)

    async def ask(self) -> int:
        """Asks for whatever is due now; returns how many campaigns were."""
        due = await due_store.due(self._database.pool, self._settle, LONGEST, AT_ONCE)
        for one in due:
            await self._ask_unless_broken(one)
        return len(due)

    async def _ask_unless_broken(self, one: DueCampaign) -> None:
        try:
            with self._resume(one.traceparent):
                await self._ask(one)
        except Exception as error:
            if is_infrastructure(error):
                raise
            log.critical("campaign_not_judged", campaign_id=one.campaign_id, exc_info=error)
            await due_store.postpone(self._database.pool, one, PUT_OFF)

    async def _ask(self, one: DueCampaign) -> None:
        async with self._database.transaction(one.context) as tx:
            if await due_store.take(tx.conn, one):
                await self._requesting.judge_if_new(tx, one.campaign_id)
                crashpoints.reach("after_qa_request")
