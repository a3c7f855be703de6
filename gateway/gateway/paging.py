"""Keyset cursors: opaque to clients, checked when they come back."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import Query

from gateway.problems import invalid

Limit = Annotated[int, Query(ge=1, le=100, description="How many at most.")]
Cursor = Annotated[str | None, Query(max_length=400, description="`nextCursor` of the page before.")]
MAX_NUMBER = 2**63 - 1

T = TypeVar("T")


def encode(*key: Any) -> str:
    """A cursor that goes on after `key`."""
    plain = [part.isoformat() if isinstance(part, datetime) else part for part in key]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def page(rows: Sequence[T], limit: int, key: Callable[[T], Sequence[Any]]) -> tuple[Sequence[T], str | None]:
    """The first `limit` of one row more than that, and the cursor when there is more."""
    shown = rows[:limit]
    return shown, encode(*key(shown[-1])) if len(rows) > limit else None


def timed(cursor: str | None) -> tuple[datetime, str] | None:
    """A cursor of time and id. Raises ProblemError 422."""
    if cursor is None:
        return None
    at, identifier = _decode(cursor, (str, str))
    try:
        when = datetime.fromisoformat(at)
    except ValueError:
        raise _foreign() from None
    if when.tzinfo is None or "\x00" in identifier:
        raise _foreign()
    return when, identifier


def numbered(cursor: str | None, highest: int = MAX_NUMBER) -> int | None:
    """A cursor of one number. Raises ProblemError 422."""
    if cursor is None:
        return None
    (number,) = _decode(cursor, (int,))
    if not 0 <= number <= highest:
        raise _foreign()
    return number


def _decode(cursor: str, types: tuple[type, ...]) -> list[Any]:
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise _foreign() from None
    if not isinstance(key, list) or [type(part) for part in key] != list(types):
        raise _foreign()
    return key


def _foreign() -> Exception:
    return invalid(("query.cursor", "not a cursor of this list; start without one"))
