"""Sitting out transient faults: as long as the provider asks, or not at all."""

from datetime import UTC, datetime

import pytest

from assets.provider_errors import TransientFault
from assets.waiting import Backoff, asked_wait

NOW = datetime(2026, 4, 1, 3, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0.5", 0.5),
        ("-3", 0),
        ("Wed, 01 Apr 2026 03:02:00 GMT", 120),
        ("Wed, 01 Apr 2026 12:02:00 +0900", 120),
        ("Wed, 01 Apr 2026 02:00:00 GMT", 0),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_as_seconds_and_as_a_date(header, seconds):
    assert asked_wait(header, NOW) == seconds


def test_wait_that_was_asked_for_is_kept_to_up_to_the_bound_and_never_shortened():
    backoff = Backoff(tries=9, longest_asked=300)
    assert backoff.wait_after(TransientFault("429", retry_after=120), 1) == 120
    assert backoff.wait_after(TransientFault("429", retry_after=300), 1) == 300
    assert backoff.wait_after(TransientFault("429", retry_after=301), 1) is None


def test_wait_doubles_where_nothing_was_asked_for():
    waits = [Backoff().wait_after(TransientFault("503"), faults) for faults in (1, 2, 3, 6, 5000)]
    assert waits == [1, 2, 4, 30, 30]


def test_last_try_is_not_followed_by_a_wait():
    backoff = Backoff(tries=3)
    assert [backoff.wait_after(TransientFault("503", retry_after=1), faults) for faults in (2, 3)] == [1, None]
