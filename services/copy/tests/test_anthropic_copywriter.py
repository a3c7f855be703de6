"""What the real copywriter sends and reads; what its client does with faults and money is tested there."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from assets.provider_errors import ProviderError, RefusedByProvider, TransientFault
from claude.client import DEFAULT_MODEL
from claude.errors import MalformedOutput, Truncated
from claude.pricing import PRICES
from claude.testing import Provider
from copy_service.anthropic_copywriter import AnthropicCopywriter
from copy_service.copywriter import CopyRequest

Ask = Callable[..., CopyRequest]


@pytest.mark.parametrize(
    ("fault", "error"), [("refusal", RefusedByProvider), ("truncated", Truncated), ("malformed", MalformedOutput)]
)
async def test_useless_answer_still_tells_its_id_and_its_cost(
    anthropic_copywriter: AnthropicCopywriter, ask: Ask, provider: Provider, fault: str, error: type[ProviderError]
) -> None:
    with pytest.raises(error) as raised:
        await anthropic_copywriter.write(ask(direction=f"fault:{fault}"))
    (charge,) = provider.ledger()["charges"]
    spent = raised.value.spent
    assert spent
    price = PRICES[DEFAULT_MODEL].yen(charge["input_tokens"], charge["output_tokens"], Decimal(160))
    assert (spent.provider_id, spent.cost_yen) == (charge["id"], price)
    assert spent.cost_yen > 0


async def test_empty_field_is_no_copy_and_still_tells_its_cost(
    anthropic_copywriter: AnthropicCopywriter, ask: Ask, provider: Provider
) -> None:
    provider.say('{"headline": "　", "body": "本文です。", "cta": "詳しく見る", "hashtags": []}')
    with pytest.raises(MalformedOutput) as raised:
        await anthropic_copywriter.write(ask())
    assert raised.value.spent
    assert raised.value.spent.provider_id == provider.ledger()["charges"][0]["id"]


async def test_throttled_call_is_not_repeated_by_the_copywriter(
    anthropic_copywriter: AnthropicCopywriter, ask: Ask, provider: Provider
) -> None:
    provider.queue("rate_limited")
    with pytest.raises(TransientFault):
        await anthropic_copywriter.write(ask())
    assert (provider.ledger()["requests"], provider.ledger()["charges"]) == (1, [])


async def test_provider_id_tokens_and_yen_match_the_providers_own_ledger(
    anthropic_copywriter: AnthropicCopywriter, provider: Provider, ask: Ask
) -> None:
    written = await anthropic_copywriter.write(ask())
    (charge,) = provider.ledger()["charges"]
    price = PRICES[DEFAULT_MODEL].yen(charge["input_tokens"], charge["output_tokens"], Decimal(160))
    assert (written.spent.provider_id, written.spent.cost_yen) == (charge["id"], price)


async def test_structured_output_is_asked_for(
    anthropic_copywriter: AnthropicCopywriter, provider: Provider, ask: Ask
) -> None:
    await anthropic_copywriter.write(ask())
    sent = provider.ledger()["last_request"]
    assert sent["model"] == DEFAULT_MODEL
    assert sorted(sent["output_config"]["format"]["schema"]["required"]) == ["body", "cta", "hashtags", "headline"]
