"""Work that is seen through although nobody waits for it any more."""

import asyncio
from contextlib import suppress

import pytest
from structlog.testing import capture_logs

from assets.evidence import seen_through


async def test_work_that_is_waited_for_gives_its_outcome_and_its_error():
    async def work(answer: str) -> str:
        if not answer:
            raise LookupError("nothing")
        return answer

    assert await seen_through(work("a picture")) == "a picture"
    with pytest.raises(LookupError):
        await seen_through(work(""))


@pytest.mark.parametrize("error", [None, LookupError("nothing")])
async def test_cancelled_waiting_leaves_the_work_going_on_to_an_end_that_is_noted(error: Exception | None):
    begun, answer, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await answer.wait()
        ended.set()
        if error:
            raise error

    waiting = asyncio.create_task(seen_through(work()))
    await begun.wait()
    with capture_logs() as said:
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
        assert waiting.cancelled()
        answer.set()
        await ended.wait()
        await asyncio.sleep(0)
    assert [(line["event"], line["error"]) for line in said] == [("call_seen_through", error and repr(error))]
