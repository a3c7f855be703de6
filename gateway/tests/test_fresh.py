"""Events at hand: what follows a position, whole and in order, or nothing."""

import random
from contextlib import ExitStack

import pytest

from gateway.fresh import KEPT, FreshRows
from gateway.stream_store import StreamRow


def row(position):
    return StreamRow(position, "job.progressed", "j", "{}")


def test_campaign_that_nobody_watches_is_not_kept():
    fresh = FreshRows()
    fresh.add("c", row(1))
    with fresh.watched("c"), fresh.watched("c"):
        assert not fresh.after("c", 0)
        fresh.add("c", row(2))
        fresh.add("d", row(7))
        assert (fresh.after("c", 1), fresh.after("d", 6)) == ([row(2)], ())
    assert not fresh.after("c", 1)


def test_one_watcher_that_leaves_takes_nothing_from_the_other():
    fresh = FreshRows()
    with fresh.watched("c"):
        with fresh.watched("c"):
            fresh.add("c", row(1))
        assert fresh.after("c", 0) == [row(1)]


def test_whoever_is_further_behind_than_what_is_kept_has_to_ask():
    fresh = FreshRows()
    with fresh.watched("c"):
        for position in range(1, KEPT + 11):
            fresh.add("c", row(position))
        assert not fresh.after("c", 9)
        assert [one.position for one in fresh.after("c", 10)] == list(range(11, KEPT + 11))


@pytest.mark.parametrize("seed", range(40))
def test_never_skips_or_repeats_whatever_other_replicas_take(seed):
    """Some events are another replica's, and some are told late, as of two batches that were committed at once."""
    chance, fresh = random.Random(seed), FreshRows()
    mine = [position for position in range(1, 300) if chance.random() < 0.8]
    for index in range(len(mine) - 1):
        if chance.random() < 0.05:
            mine[index], mine[index + 1] = mine[index + 1], mine[index]
    with ExitStack() as watching:
        watching.enter_context(fresh.watched("c"))
        for told, position in enumerate(mine):
            fresh.add("c", row(position))
            for asked in range(max(0, position - 5), position + 3):
                found = [one.position for one in fresh.after("c", asked)]
                assert found == list(range(asked + 1, asked + 1 + len(found)))
                assert set(found) <= set(mine[: told + 1])
            assert fresh.after("c", position - 1)
