"""Texts are sent back until they fit, never cut; every call is reported before and after."""

from collections.abc import Callable
from typing import Any, Protocol

import pytest

from assets.provider_errors import OutcomeUnknown, RefusedByProvider, TransientFault
from contracts.values import PlatformName
from copy_service.anthropic_copywriter import AnthropicCopywriter
from copy_service.copywriter import Check, CopyRequest, Written
from copy_service.drafting import Attempt, LimitsNotMet, draft

Ask = Callable[..., CopyRequest]
CheckFor = Callable[[PlatformName], Check]


class Provider(Protocol):
    def queue(self, *faults: str) -> None: ...
    def ledger(self) -> dict[str, Any]: ...


class Reports:
    """What the ledger would be told, in order, and how long was waited."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.finished: list[Attempt] = []
        self.waits: list[float] = []

    async def on_started(self, attempt: Attempt) -> None:
        self.told.append(f"started {attempt.number}")

    async def on_finished(self, attempt: Attempt) -> None:
        self.told.append(f"finished {attempt.number}")
        self.finished.append(attempt)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)


async def _draft(copywriter: AnthropicCopywriter, request: CopyRequest, check: Check, reports: Reports) -> Written:
    return (
        await draft(
            copywriter,
            request,
            check,
            on_attempt_started=reports.on_started,
            on_attempt_finished=reports.on_finished,
            sleep=reports.sleep,
        )
    ).written


async def test_over_long_text_goes_back_with_the_reason_and_the_next_one_stands(
    anthropic_copywriter: AnthropicCopywriter, provider: Provider, ask: Ask, check_for: CheckFor
) -> None:
    reports = Reports()
    written = await _draft(anthropic_copywriter, ask(direction="fault:too_long"), check_for("instagram"), reports)
    assert check_for("instagram")(written.copy) == []
    assert reports.told == ["started 1", "finished 1", "started 2", "finished 2"]
    assert [bool(attempt.reasons) for attempt in reports.finished] == [True, False]
    assert reports.finished[0].reasons[0] in provider.ledger()["last_request"]["messages"][0]["content"][0]["text"]


async def test_text_that_never_fits_fails_after_three_paid_attempts_that_are_all_reported(
    anthropic_copywriter: AnthropicCopywriter, provider: Provider, ask: Ask, check_for: CheckFor
) -> None:
    provider.queue("too_long")
    reports = Reports()
    with pytest.raises(LimitsNotMet) as raised:
        await _draft(anthropic_copywriter, ask(), lambda _copy: ["body: too long"], reports)
    assert raised.value.reasons == ("body: too long",)
    charges = provider.ledger()["charges"]
    assert [a.spent.provider_id for a in reports.finished if a.spent] == [charge["id"] for charge in charges]
    assert len(charges) == 3
    assert all(attempt.spent and attempt.spent.cost_yen > 0 for attempt in raised.value.attempts)


async def test_transient_faults_are_waited_out_as_the_provider_asked(
    anthropic_copywriter: AnthropicCopywriter, provider: Provider, ask: Ask, check_for: CheckFor
) -> None:
    provider.queue("rate_limited", "overloaded")
    reports = Reports()
    await _draft(anthropic_copywriter, ask(), check_for("instagram"), reports)
    assert reports.waits == [7.0, 2.0]
    assert [type(attempt.error) for attempt in reports.finished] == [TransientFault, TransientFault, type(None)]


async def test_transient_faults_are_bounded(
    anthropic_copywriter: AnthropicCopywriter, provider: Provider, ask: Ask, check_for: CheckFor
) -> None:
    provider.queue(*["overloaded"] * 4)
    reports = Reports()
    with pytest.raises(TransientFault):
        await _draft(anthropic_copywriter, ask(), check_for("instagram"), reports)
    assert provider.ledger()["requests"] == 3


@pytest.mark.parametrize(("fault", "error"), [("refusal", RefusedByProvider), ("dropped", OutcomeUnknown)])
async def test_other_failures_are_reported_once_and_never_repeated(
    anthropic_copywriter: AnthropicCopywriter, provider: Provider, ask: Ask, fault: str, error: type[Exception]
) -> None:
    provider.queue(fault)
    reports = Reports()
    with pytest.raises(error):
        await _draft(anthropic_copywriter, ask(), lambda _copy: [], reports)
    assert reports.told == ["started 1", "finished 1"]
    assert isinstance(reports.finished[0].error, error)
    assert provider.ledger()["requests"] == 1
