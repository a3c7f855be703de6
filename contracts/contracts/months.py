"""Which calendar month a moment lies in: budgets are counted by Tokyo's."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

# Japan has kept no summer time since 1951.
TOKYO = timezone(timedelta(hours=9), "Asia/Tokyo")


@dataclass(frozen=True)
class Month:
    """One calendar month in Tokyo, from its first moment to that of the next."""

    first: date

    @classmethod
    def at(cls, moment: datetime) -> "Month":
        """The month that a moment lies in."""
        return cls(moment.astimezone(TOKYO).date().replace(day=1))

    @property
    def name(self) -> str:
        """Such as `2026-06`."""
        return f"{self.first:%Y-%m}"

    @property
    def begins(self) -> datetime:
        """The first moment."""
        return datetime.combine(self.first, time.min, TOKYO)

    @property
    def ends(self) -> datetime:
        """The first moment of the next month."""
        later = self.first + timedelta(days=31)
        return datetime.combine(later.replace(day=1), time.min, TOKYO)
