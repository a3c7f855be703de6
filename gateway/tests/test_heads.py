"""Heads of campaigns: one query for all that wait, and no answer older than its question."""

import asyncio
from typing import Any

import pytest

from gateway.readmodel.heads import Heads


class Pool:
    """Answers with the position that it has when the query starts, once it is let go."""

    def __init__(self) -> None:
        self.position = 1
        self.queries: list[list[str]] = []
        self.let_go = asyncio.Event()

    async def fetch(self, _sql: str, ids: list[str]) -> list[Any]:
        self.queries.append(ids)
        position = self.position
        await self.let_go.wait()
        if position == 0:
            raise ConnectionError("away")
        return [_row(key, position) for key in ids if key != "none"]


class _Row(tuple):
    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(0 if key == "id" else key)


def _row(key: str, position: int) -> _Row:
    return _Row((key, "team-a", position, None, None, None, None))


async def _started(*calls: Any) -> list[asyncio.Task[Any]]:
    tasks = [asyncio.create_task(call) for call in calls]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks


async def test_all_that_wait_share_a_query_that_begins_after_they_came() -> None:
    heads, pool = Heads(), Pool()
    [first] = await _started(heads.one(pool, "a"))
    pool.position = 2
    later = await _started(heads.one(pool, "a"), heads.one(pool, "b"), heads.one(pool, "a"), heads.one(pool, "none"))
    pool.let_go.set()
    positions = [head and head.position for head in await asyncio.gather(first, *later)]
    assert positions == [1, 2, 2, 2, None]
    assert pool.queries == [["a"], ["a", "b", "none"]]


async def test_request_that_is_given_up_leaves_the_others_their_answer() -> None:
    heads, pool = Heads(), Pool()
    given_up, patient = await _started(heads.one(pool, "a"), heads.one(pool, "a"))
    given_up.cancel()
    pool.let_go.set()
    head = await patient
    assert head is not None
    assert head.id == "a"


async def test_query_that_fails_fails_those_who_wait_for_it_and_nobody_after() -> None:
    heads, pool = Heads(), Pool()
    pool.position = 0
    waiting = await _started(heads.one(pool, "a"), heads.one(pool, "b"))
    pool.let_go.set()
    for task in waiting:
        with pytest.raises(ConnectionError, match="away"):
            await task
    pool.position = 1
    assert await heads.one(pool, "a") is not None
