"""What the job's end tells of its attempts is what the provider's own ledger has: ids, tokens and money."""

from math import ceil
from typing import Any

from assets.settings import YEN_PER_DOLLAR
from assets.testing import job_for
from claude.pricing import PRICES
from contracts.jobs import Attempt, JobCompleted, JobFailed

from .copy_bench import CopyBench


def _told(attempts: tuple[Attempt, ...]) -> list[dict[str, object]]:
    return [
        {
            "id": one.provider_id,
            "model": one.model,
            "input_tokens": one.input_tokens,
            "output_tokens": one.output_tokens,
        }
        for one in attempts
        if one.provider_id
    ]


def _micros(charge: dict[str, Any]) -> int:
    price = PRICES[charge["model"]]
    return ceil(charge["input_tokens"] * price.input_usd + charge["output_tokens"] * price.output_usd)


async def test_every_charge_of_the_provider_is_told_once_with_its_tokens_and_its_price(
    copy_database, anthropic_copywriter, provider
):
    bench = CopyBench(copy_database, anthropic_copywriter)
    provider.queue("too_long", "rate_limited", "overloaded")
    await bench.run(job_for((await bench.planned())[0]))
    charges = provider.ledger()["charges"]
    [done] = bench.told(JobCompleted)
    assert [one.outcome for one in done.attempts] == ["failed", "failed", "failed", "succeeded"]
    assert _told(done.attempts) == charges
    assert len(charges) == 2
    paid = [one for one in done.attempts if one.cost_yen]
    assert [one.cost_usd_micros for one in paid] == [_micros(charge) for charge in charges]
    yen = [ceil(_micros(charge) * YEN_PER_DOLLAR / 1_000_000) for charge in charges]
    assert ([one.cost_yen for one in paid], done.cost_yen) == (yen, sum(yen))
    for one in done.attempts:
        assert (one.provider, one.estimated_yen) == ("anthropic", anthropic_copywriter.estimate_yen())
        assert one.ended_at is not None
        assert one.started_at <= one.ended_at


async def test_call_that_may_have_been_charged_is_told_as_unknown_at_what_it_may_have_cost(
    copy_database, anthropic_copywriter, provider
):
    bench = CopyBench(copy_database, anthropic_copywriter)
    provider.queue("dropped")
    await bench.run(job_for((await bench.planned())[0]))
    [failed] = bench.told(JobFailed)
    [attempt] = failed.attempts
    assert (failed.code, attempt.outcome) == ("SPEND_UNKNOWN", "unknown")
    assert (attempt.cost_yen, attempt.cost_usd_micros) == (attempt.estimated_yen, attempt.estimated_usd_micros)
    assert attempt.cost_usd_micros == anthropic_copywriter.estimate_usd_micros() > 0


async def test_offline_copy_costs_nothing_in_either_currency(copy_database, offline_copywriter):
    bench = CopyBench(copy_database, offline_copywriter)
    await bench.run(job_for((await bench.planned())[0]))
    [done] = bench.told(JobCompleted)
    [attempt] = done.attempts
    assert (attempt.provider, attempt.cost_yen, attempt.cost_usd_micros, attempt.estimated_yen) == ("offline", 0, 0, 0)
