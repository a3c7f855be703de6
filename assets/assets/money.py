"""What is bought is counted in whole yen and in millionths of a US dollar, both rounded up: no floats."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

MICROS = 1_000_000


@dataclass(frozen=True, slots=True)
class Money:
    """One sum, in both currencies."""

    yen: int = 0
    usd_micros: int = 0


@dataclass(frozen=True, slots=True)
class Units:
    """What the provider charges by: images ordered, or tokens read and written."""

    images: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None


FREE = Money()
UNCOUNTED = Units()


def priced(dollars: Decimal, yen_per_dollar: Decimal) -> Money:
    """A price in dollars as it enters the ledger; rounded up so that a budget is never overrun by rounding."""
    return Money(_up(dollars * yen_per_dollar), _up(dollars * MICROS))


def _up(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_CEILING))
