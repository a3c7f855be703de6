"""Looking now and then goes on whatever a look meets, and ends at once when the service does."""

import asyncio

import pytest

from chassis import observing
from chassis.observing import observe
from chassis.testing import eventually


@pytest.fixture(autouse=True)
def _often(monkeypatch):
    monkeypatch.setattr(observing, "OBSERVE_EVERY", 0.01)


class Looks:
    """How often it was looked, and how often that failed."""

    def __init__(self, error: BaseException) -> None:
        self.begun = self.lost = 0
        self._error = error

    async def fail(self) -> None:
        self.begun += 1
        raise self._error

    async def make_another_error_of_cancellation(self) -> None:
        self.begun += 1
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise self._error from None

    def lose(self) -> None:
        self.lost += 1


@pytest.mark.parametrize("error", [ConnectionError(), LookupError(), asyncio.CancelledError()])
async def test_looks_go_on_after_one_that_failed(error):
    looks = Looks(error)
    task = asyncio.create_task(observe("it", looks.fail, looks.lose))
    await eventually(lambda: looks.begun > 3)
    assert looks.lost >= 3
    await _ends(task)


async def test_look_under_way_holds_up_no_end_even_if_it_makes_another_error_of_its_cancellation():
    looks = Looks(ConnectionError())
    task = asyncio.create_task(observe("it", looks.make_another_error_of_cancellation, looks.lose))
    await eventually(lambda: looks.begun)
    await _ends(task)
    assert (looks.begun, looks.lost) == (1, 0)


async def test_look_that_takes_too_long_is_lost_and_no_second_one_begins_beside_it(monkeypatch):
    monkeypatch.setattr(observing, "LOOK_SECONDS", 0.02)
    looks = Looks(ConnectionError())
    task = asyncio.create_task(observe("it", looks.make_another_error_of_cancellation, looks.lose))
    await eventually(lambda: looks.lost > 2)
    assert looks.begun == 1
    await _ends(task)


async def _ends(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task}, timeout=3)
    assert task.cancelled()
