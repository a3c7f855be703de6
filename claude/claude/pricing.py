"""What Anthropic charges for a token, as dated data, and what that is in yen."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assets.money import Money, priced

_TOKENS_PER_PRICE = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens of one model, as published on a day."""

    model: str
    input_usd: Decimal
    output_usd: Decimal
    checked_on: date

    def cost(self, input_tokens: int, output_tokens: int, yen_per_dollar: Decimal) -> Money:
        """What so many tokens cost."""
        dollars = (self.input_usd * input_tokens + self.output_usd * output_tokens) / _TOKENS_PER_PRICE
        return priced(dollars, yen_per_dollar)

    def yen(self, input_tokens: int, output_tokens: int, yen_per_dollar: Decimal) -> int:
        """The same in yen alone."""
        return self.cost(input_tokens, output_tokens, yen_per_dollar).yen


def _price(model: str, input_usd: str, output_usd: str, checked_on: str) -> Price:
    return Price(model, Decimal(input_usd), Decimal(output_usd), date.fromisoformat(checked_on))


# Source: the model pages under platform.claude.com/docs/en/models ("Price / MTok"), stored copies of October 2026.
# The first is the default. Models before 4.6 have no place here: they take no effort. From 4.7 on none takes a
# temperature (it is refused with 400), so none is sent; the same documentation says so, model by model.
# Haiku 5.5 costs five times as much for prompts over 100,000 tokens; ours stay under 60,000.
PRICES: dict[str, Price] = {
    price.model: price
    for price in (
        _price("claude-sonnet-5-5", "2", "10", "2026-10-20"),
        _price("claude-fable-5-1", "10", "50", "2026-10-20"),
        _price("claude-opus-5-5", "4", "20", "2026-10-20"),
        _price("claude-opus-5", "5", "25", "2026-10-20"),
        _price("claude-sonnet-5", "2", "10", "2026-10-20"),
        _price("claude-haiku-5-5", "0.10", "0.50", "2026-10-20"),
    )
}
