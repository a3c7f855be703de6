"""Keyset cursors. Every text of the published form is a place to go on from, whether or not a row is there."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeVar

from fastapi import Query

from gateway.schemas.base import NUMBERED, TIMED

Limit = Annotated[int, Query(ge=1, le=100, description="How many at most.")]
AFTER = "`nextCursor` of the page before."
Cursor = Annotated[str | None, Query(max_length=18, pattern=NUMBERED, description=AFTER)]
"""Of a list that is ordered by number."""
TimedCursor = Annotated[str | None, Query(max_length=82, pattern=TIMED, description=AFTER)]
"""Of a list that is ordered by time and id."""
MAX_NUMBER = 2**63 - 1
EPOCH = datetime.fromtimestamp(0, UTC)
MICROSECOND = timedelta(microseconds=1)

T = TypeVar("T")


def page(
    rows: Sequence[T], limit: int, key: Callable[[T], tuple[int] | tuple[datetime, str]]
) -> tuple[Sequence[T], str | None]:
    """The first `limit` of one row more than that, and the cursor when there is more."""
    shown = rows[:limit]
    return shown, _encode(key(shown[-1])) if len(rows) > limit else None


def timed(cursor: str | None) -> tuple[datetime, str] | None:
    """Time and id of a cursor of the form TIMED."""
    if cursor is None:
        return None
    microseconds, _, identifier = cursor.partition(".")
    return EPOCH + int(microseconds) * MICROSECOND, identifier


def numbered(cursor: str | None, highest: int = MAX_NUMBER) -> int | None:
    """The number of a cursor of the form NUMBERED; beyond the highest there is nothing, so that one will do."""
    return None if cursor is None else min(int(cursor), highest)


def _encode(key: tuple[int] | tuple[datetime, str]) -> str:
    if len(key) == 1:
        return str(key[0])
    at, identifier = key
    return f"{(at - EPOCH) // MICROSECOND}.{identifier}"
