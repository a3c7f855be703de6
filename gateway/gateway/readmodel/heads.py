"""Campaigns' heads, asked for together: who comes while a query runs shares the next one."""

import asyncio
from collections.abc import Iterable
from typing import Any

from gateway.readmodel import store
from gateway.readmodel.store import Head

TOGETHER_SECONDS = 0.001
"""How long after a query the next one begins at the earliest: under load it serves whoever comes meanwhile."""

Answers = list[asyncio.Future[Head | None]]


class Heads:
    """At rest every request has a query of its own; under load one query serves all that wait, none of them older."""

    def __init__(self) -> None:
        self._asked: dict[str, Answers] = {}
        self._asking: asyncio.Task[None] | None = None

    async def one(self, pool: Any, campaign_id: str) -> Head | None:
        """A campaign's head as it is now or later, never as it was before the call. Raises what the query raised."""
        # One for each request: one that is given up must not take the others' answer with it.
        answer: asyncio.Future[Head | None] = asyncio.get_running_loop().create_future()
        self._asked.setdefault(campaign_id, []).append(answer)
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask(pool))
        return await answer

    async def _ask(self, pool: Any) -> None:
        try:
            while self._asked:
                asked, self._asked = self._asked, {}
                await _answer(pool, asked)
                await asyncio.sleep(TOGETHER_SECONDS)
        finally:
            self._asking = None


async def _answer(pool: Any, asked: dict[str, Answers]) -> None:
    try:
        found = await store.heads(pool, list(asked))
    except Exception as error:  # noqa: BLE001 - it is raised again where the answer is waited for
        for answer in _awaited(asked.values()):
            answer.set_exception(error)
    else:
        for campaign_id, answers in asked.items():
            for answer in _awaited([answers]):
                answer.set_result(found.get(campaign_id))


def _awaited(all_of_them: Iterable[Answers]) -> Answers:
    """Those that nobody gave up."""
    return [answer for answers in all_of_them for answer in answers if not answer.done()]
