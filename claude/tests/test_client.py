"""Every way the provider can fail, what the caller is told to do, and what is known of the money."""

import socket
from decimal import Decimal

import pytest

from assets.provider_errors import (
    InvalidRequest,
    NotAuthorised,
    OutcomeUnknown,
    ProviderError,
    RefusedByProvider,
    TransientFault,
)
from claude.client import DEFAULT_MODEL, Claude, Question, Said
from claude.errors import MalformedOutput, Truncated
from claude.pricing import PRICES
from claude.testing import Provider

from .conftest import Answer


async def asked(claude: Claude, question: Question) -> tuple[Answer, Said]:
    said = await claude.ask(question)
    return said.read(Answer), said


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
    claude: Claude, provider: Provider, question: Question, fault: str, error: type[ProviderError], code: str
) -> None:
    provider.queue(fault)
    with pytest.raises(error) as raised:
        await claude.ask(question)
    assert type(raised.value) is error
    assert (raised.value.code, raised.value.spent) == (code, None)
    assert (provider.ledger()["requests"], provider.ledger()["charges"]) == (1, [])


async def test_rate_limit_carries_the_wait_that_was_asked_for(
    claude: Claude, provider: Provider, question: Question
) -> None:
    provider.queue("rate_limited")
    with pytest.raises(TransientFault) as raised:
        await claude.ask(question)
    assert raised.value.retry_after == 7.0


@pytest.mark.parametrize(
    ("fault", "error"), [("refusal", RefusedByProvider), ("truncated", Truncated), ("malformed", MalformedOutput)]
)
async def test_useless_answer_still_tells_its_id_and_its_cost(
    claude: Claude, provider: Provider, question: Question, fault: str, error: type[ProviderError]
) -> None:
    provider.queue(fault)
    with pytest.raises(error) as raised:
        await asked(claude, question)
    (charge,) = provider.ledger()["charges"]
    spent = raised.value.spent
    assert spent
    price = PRICES[DEFAULT_MODEL].yen(charge["input_tokens"], charge["output_tokens"], Decimal(160))
    assert (spent.provider_id, spent.cost_yen) == (charge["id"], price)
    assert spent.cost_yen > 0


@pytest.mark.parametrize("fault", ["timeout", "dropped", "not_json", "gateway_503", "trickle"])
async def test_unread_answer_is_an_unknown_outcome_because_it_was_charged(
    provider: Provider, question: Question, fault: str
) -> None:
    claude = Claude(api_key="test-key", base_url=provider.url, timeout_seconds=0.5)
    provider.queue(fault)
    with pytest.raises(OutcomeUnknown) as raised:
        await claude.ask(question)
    await claude.aclose()
    assert raised.value.code == "SPEND_UNKNOWN"
    assert len(provider.ledger()["charges"]) == 1


async def test_unreachable_provider_is_transient_because_nothing_was_sent(question: Question) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    claude = Claude(api_key="test-key", base_url=f"http://127.0.0.1:{port}")
    with pytest.raises(TransientFault):
        await claude.ask(question)
    await claude.aclose()


async def test_wrong_key_is_not_authorised(provider: Provider, question: Question) -> None:
    claude = Claude(api_key="bad-key", base_url=provider.url)
    with pytest.raises(NotAuthorised):
        await claude.ask(question)
    await claude.aclose()


async def test_provider_id_tokens_and_yen_match_the_providers_own_ledger(
    claude: Claude, provider: Provider, question: Question
) -> None:
    answer, said = await asked(claude, question)
    (charge,) = provider.ledger()["charges"]
    price = PRICES[DEFAULT_MODEL].yen(charge["input_tokens"], charge["output_tokens"], Decimal(160))
    assert answer.headline
    assert (said.spent.provider_id, said.spent.cost_yen) == (charge["id"], price)
    assert said.spent.units.input_tokens == charge["input_tokens"]


async def test_structured_output_and_the_effort_are_asked_for_and_no_temperature(
    claude: Claude, provider: Provider, question: Question
) -> None:
    await claude.ask(question)
    sent = provider.ledger()["last_request"]
    assert (sent["model"], sent["max_tokens"]) == (DEFAULT_MODEL, 1_000)
    assert sent["output_config"]["effort"] == "medium"
    assert sorted(sent["output_config"]["format"]["schema"]["required"]) == ["hashtags", "headline"]
    assert not {"temperature", "top_p", "top_k"} & set(sent)


async def test_field_that_was_not_asked_for_is_no_answer(
    claude: Claude, provider: Provider, question: Question
) -> None:
    provider.say('{"headline": "見出し", "hashtags": [], "score": 100}')
    with pytest.raises(MalformedOutput):
        await asked(claude, question)
