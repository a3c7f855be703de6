"""Moments that a request names, as RFC 3339 has them: with an offset, and not as a number of seconds."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE)
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
WORDS = "must be a date and time with its offset, such as 2026-06-01T00:00:00+09:00; in a URL a plus is written %2B"


def _written_out(value: Any) -> Any:
    if not isinstance(value, str) or not RFC_3339.fullmatch(value):
        raise ValueError(WORDS)
    return value


def _in_utc(moment: datetime) -> datetime:
    """The same in UTC; what lies before the first year or after the last there is its edge."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return EARLIEST if moment.year == EARLIEST.year else LATEST


PointInTime = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_in_utc)]
