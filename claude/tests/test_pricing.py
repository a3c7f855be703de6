"""Prices are known for every model that may be chosen, and cost is never rounded down."""

from datetime import date
from decimal import Decimal
from typing import get_args

import anthropic.types.model

from claude.client import DEFAULT_MODEL
from claude.pricing import PRICES, Price


def test_default_model_is_in_the_sdks_own_list_and_has_a_price() -> None:
    known = get_args(get_args(anthropic.types.model.Model)[0])
    assert DEFAULT_MODEL in known
    assert set(PRICES) <= set(known)


def test_cost_is_rounded_up_to_whole_yen() -> None:
    price = Price("m", Decimal(2), Decimal(10), date(2026, 10, 20))
    assert [price.yen(tokens, 0, Decimal(100)) for tokens in (0, 1, 5_000, 5_001)] == [0, 1, 1, 2]
