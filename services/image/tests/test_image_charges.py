"""What the job's end tells of its attempts is what the provider charged: its id, the images ordered and their price."""

import pytest

from assets.provider_errors import OutcomeUnknown
from assets.testing import job_for
from contracts.jobs import JobCompleted, JobFailed
from image_service.domain import SIDE
from image_service.handlers import subscriptions
from image_service.offline import MODEL, OfflineGenerator
from image_service.ordering import Patience
from image_service.replicate import ReplicateGenerator
from image_service.replicate_models import CATALOGUE
from image_service.worker import ImageWorker

from .image_bench import ImageBench
from .replicate_world import Scripted
from .scripted_generator import PRICE_MICROS, ScriptedGenerator


class Served(ImageBench):
    """The image service with another generator than a scripted one."""

    def __init__(self, database, generator, model: str) -> None:
        super().__init__(database, ScriptedGenerator())
        worker = ImageWorker(generator, model, self.blobs, Patience(sleep=self.clock.sleep))
        self._subscriptions = subscriptions(worker, 2)


@pytest.fixture
async def replicate(image_database, standin):
    generator = ReplicateGenerator("token", standin.url, timeout_seconds=5.0)
    yield Served(image_database, generator, CATALOGUE[0].id), generator
    await generator.aclose()


async def test_every_charge_of_the_provider_is_told_once_with_its_id_and_its_price(replicate, world):
    bench, generator = replicate
    world.scripted = [Scripted("429", times=2, retry_after=1)]
    await bench.run(job_for(await bench.planned()))
    [done] = bench.told(JobCompleted)
    *refused, bought = done.attempts
    told = [(one.outcome, one.cost_yen, one.cost_usd_micros, one.images) for one in refused]
    assert told == [("failed", 0, 0, None)] * 2
    assert ([bought.provider_id], world.charges) == (list(world.predictions), 1)
    price = generator.cost_yen(bought.model, SIDE, SIDE)
    assert (bought.images, bought.cost_yen, done.cost_yen) == (1, price, price)
    assert bought.cost_usd_micros == generator.cost_usd_micros(bought.model, SIDE, SIDE) > 0
    assert (bought.provider, bought.model) == ("replicate", CATALOGUE[0].id)
    assert bought.ended_at is not None
    assert bought.started_at <= bought.ended_at


async def test_run_that_failed_was_charged_all_the_same(replicate, world):
    bench, generator = replicate
    await bench.run(job_for(await bench.planned(), custom_prompt="湯呑み [fault:crash]"))
    [failed] = bench.told(JobFailed)
    [attempt] = failed.attempts
    assert (world.charges, attempt.outcome, attempt.images) == (1, "failed", 1)
    assert attempt.cost_usd_micros == generator.cost_usd_micros(attempt.model, SIDE, SIDE)


async def test_order_that_may_have_been_charged_is_told_at_what_it_may_have_cost(play):
    bench = play(OutcomeUnknown("no answer"))
    await bench.run(job_for(await bench.planned()))
    [failed] = bench.told(JobFailed)
    [attempt] = failed.attempts
    assert (attempt.outcome, attempt.cost_usd_micros, attempt.estimated_usd_micros) == (
        "unknown",
        PRICE_MICROS,
        PRICE_MICROS,
    )


async def test_offline_picture_costs_nothing_in_either_currency_and_has_no_providers_id(image_database):
    bench = Served(image_database, OfflineGenerator(), MODEL)
    await bench.run(job_for(await bench.planned()))
    [done] = bench.told(JobCompleted)
    [attempt] = done.attempts
    assert (attempt.provider, attempt.cost_yen, attempt.cost_usd_micros) == ("offline", 0, 0)
    assert attempt.provider_id is None, "what the twin calls its runs is no provider's id"
