"""Every way the provider can fail, what the caller is told to do, and what is known of the money."""

import socket
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Protocol, get_args

import anthropic.types.model
import pytest

from assets.provider_errors import (
    InvalidRequest,
    NotAuthorised,
    OutcomeUnknown,
    ProviderError,
    RefusedByProvider,
    TransientFault,
)
from copy_service.anthropic_copywriter import DEFAULT_MODEL, AnthropicCopywriter
from copy_service.copywriter import CopyRequest
from copy_service.pricing import PRICES, Price
from copy_service.provider_errors import MalformedOutput, Truncated

Ask = Callable[..., CopyRequest]


class Provider(Protocol):
    url: str

    def queue(self, *faults: str) -> None: ...
    def ledger(self) -> dict[str, Any]: ...


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        ("unauthorised", NotAuthorised, "PROVIDER_NOT_AUTHORISED"),
        ("forbidden", NotAuthorised, "PROVIDER_NOT_AUTHORISED"),
        ("billing", NotAuthorised, "PROVIDER_NOT_AUTHORISED"),
        ("invalid", InvalidRequest, "INVALID_REQUEST"),
        ("unprocessable", InvalidRequest, "INVALID_REQUEST"),
        ("rate_limited", TransientFault, "PROVIDER_UNAVAILABLE"),
        ("server_error", TransientFault, "PROVIDER_UNAVAILABLE"),
        ("overloaded", TransientFault, "PROVIDER_UNAVAILABLE"),
    ],
)
async def test_error_status_is_told_apart_is_not_retried_and_costs_nothing(
    anthropic_copywriter: AnthropicCopywriter,
    provider: Provider,
    ask: Ask,
    fault: str,
    error: type[ProviderError],
    code: str,
) -> None:
    provider.queue(fault)
    with pytest.raises(error) as raised:
        await anthropic_copywriter.write(ask())
    assert type(raised.value) is error
    assert (raised.value.code, raised.value.spent) == (code, None)
    assert (provider.ledger()["requests"], provider.ledger()["charges"]) == (1, [])


async def test_rate_limit_carries_the_wait_that_was_asked_for(
    anthropic_copywriter: AnthropicCopywriter, provider: Provider, ask: Ask
) -> None:
    provider.queue("rate_limited")
    with pytest.raises(TransientFault) as raised:
        await anthropic_copywriter.write(ask())
    assert raised.value.retry_after == 7.0


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


@pytest.mark.parametrize("fault", ["timeout", "dropped", "not_json", "gateway_503"])
async def test_unread_answer_is_an_unknown_outcome_because_it_was_charged(
    provider: Provider, ask: Ask, fault: str
) -> None:
    copywriter = AnthropicCopywriter(api_key="test-key", base_url=provider.url, timeout_seconds=0.5)
    provider.queue(fault)
    with pytest.raises(OutcomeUnknown) as raised:
        await copywriter.write(ask())
    await copywriter.aclose()
    assert raised.value.code == "SPEND_UNKNOWN"
    assert len(provider.ledger()["charges"]) == 1


async def test_unreachable_provider_is_transient_because_nothing_was_sent(ask: Ask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    copywriter = AnthropicCopywriter(api_key="test-key", base_url=f"http://127.0.0.1:{port}")
    with pytest.raises(TransientFault):
        await copywriter.write(ask())
    await copywriter.aclose()


async def test_wrong_key_is_not_authorised(provider: Provider, ask: Ask) -> None:
    copywriter = AnthropicCopywriter(api_key="bad-key", base_url=provider.url)
    with pytest.raises(NotAuthorised):
        await copywriter.write(ask())
    await copywriter.aclose()


async def test_provider_id_tokens_and_yen_match_the_providers_own_ledger(
    anthropic_copywriter: AnthropicCopywriter, provider: Provider, ask: Ask
) -> None:
    written = await anthropic_copywriter.write(ask())
    (charge,) = provider.ledger()["charges"]
    price = PRICES[DEFAULT_MODEL].yen(charge["input_tokens"], charge["output_tokens"], Decimal(160))
    assert (written.spent.provider_id, written.spent.cost_yen) == (charge["id"], price)


async def test_structured_output_and_the_effort_are_asked_for(
    anthropic_copywriter: AnthropicCopywriter, provider: Provider, ask: Ask
) -> None:
    await anthropic_copywriter.write(ask())
    sent = provider.ledger()["last_request"]
    assert sent["model"] == DEFAULT_MODEL
    assert sent["output_config"]["effort"] == "medium"
    assert sorted(sent["output_config"]["format"]["schema"]["required"]) == ["body", "cta", "hashtags", "headline"]


def test_default_model_is_in_the_sdks_own_list_and_has_a_price() -> None:
    known = get_args(get_args(anthropic.types.model.Model)[0])
    assert DEFAULT_MODEL in known
    assert set(PRICES) <= set(known)


def test_cost_is_rounded_up_to_whole_yen() -> None:
    price = Price("m", Decimal(2), Decimal(10), date(2026, 10, 20))
    assert [price.yen(tokens, 0, Decimal(100)) for tokens in (0, 1, 5_000, 5_001)] == [0, 1, 1, 2]
