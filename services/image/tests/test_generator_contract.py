"""What every image generator keeps to: the offline twin, the real one against the stand-in, and the tests' script."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from assets.provider_errors import InvalidRequest, ProviderError
from image_service.generator import Failed, GeneratedImage, ImageGenerator, ImageRequest, Pending, RunState, Succeeded
from image_service.offline import OfflineGenerator
from image_service.replicate import ReplicateGenerator

from .replicate_standin import StandIn
from .scripted_generator import ScriptedGenerator

PALETTE = ("#0b6e4f", "#f2a541", "#1a1a1a")


PAINTS = pytest.mark.parametrize("generator", ["offline", "replicate"], indirect=True)


@pytest.fixture(params=["offline", "replicate", "scripted"])
async def generator(request: pytest.FixtureRequest, standin: StandIn) -> AsyncIterator[ImageGenerator]:
    made = _another(request.param, standin)
    yield made
    await made.aclose()


def _another(name: str, standin: StandIn) -> ImageGenerator:
    match name:
        case "offline":
            return OfflineGenerator()
        case "replicate":
            return ReplicateGenerator("token", standin.url)
    return ScriptedGenerator()


@pytest.fixture
def order(generator: ImageGenerator) -> ImageRequest:
    return ImageRequest("春の抹茶ラテ", 42, next(iter(generator.models)), 512, 384, PALETTE)


async def settled(generator: ImageGenerator, provider_id: str) -> RunState:
    for _ in range(5):
        state = await generator.poll(provider_id)
        if not isinstance(state, Pending):
            return state
    raise AssertionError("the run did not end within five polls")


async def picture_of(generator: ImageGenerator, order: ImageRequest) -> GeneratedImage:
    state = await settled(generator, (await generator.submit(order)).provider_id)
    assert isinstance(state, Succeeded)
    return await generator.fetch(state)


@PAINTS
async def test_a_submitted_run_ends_in_a_picture_of_the_asked_size(
    generator: ImageGenerator, order: ImageRequest
) -> None:
    image = await picture_of(generator, order)
    with Image.open(io.BytesIO(image.data)) as decoded:
        decoded.load()
        assert decoded.get_format_mimetype() == image.media_type
        assert decoded.size == (image.width, image.height) == (512, 384)


@PAINTS
async def test_a_run_can_be_resumed_by_its_id_alone(
    generator: ImageGenerator, order: ImageRequest, standin: StandIn
) -> None:
    run = await generator.submit(order)
    other = _another(generator.name, standin)
    state = await settled(other, run.provider_id)
    assert isinstance(state, Succeeded)
    assert (await other.fetch(state)).data == (await generator.fetch(state)).data
    await other.aclose()


async def test_another_seed_gives_another_picture(generator: ImageGenerator, order: ImageRequest) -> None:
    first, second = await picture_of(generator, order), await picture_of(generator, replace(order, seed=43))
    assert first.data != second.data


async def test_the_run_carries_the_previewed_price(generator: ImageGenerator, order: ImageRequest) -> None:
    run = await generator.submit(order)
    assert run.cost_yen == generator.cost_yen(order.model, order.width, order.height)
    assert (run.cost_yen == 0) == generator.offline


async def test_a_submitted_run_is_found_again_from_its_request(generator: ImageGenerator, order: ImageRequest) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)
    run = await generator.submit(order)
    assert await generator.find(order, before) == run


async def test_a_run_ordered_earlier_than_asked_for_is_not_taken_for_this_one(
    generator: ImageGenerator, order: ImageRequest
) -> None:
    run = await generator.submit(order)
    found = await generator.find(order, datetime.now(UTC) + timedelta(seconds=5))
    # Offline a run is its request, so there is no earlier one to mistake it for.
    assert found == (run if generator.offline else None)


async def test_an_unknown_model_is_refused_before_anything_is_sent(
    generator: ImageGenerator, order: ImageRequest, standin: StandIn
) -> None:
    with pytest.raises(InvalidRequest):
        await generator.submit(replace(order, model="nobody/nothing"))
    assert standin.world.requests == []


async def test_cancelling_a_finished_run_leaves_it_finished(generator: ImageGenerator, order: ImageRequest) -> None:
    run = await generator.submit(order)
    await settled(generator, run.provider_id)
    await generator.cancel(run.provider_id)
    assert isinstance(await generator.poll(run.provider_id), Succeeded)


async def test_an_unknown_run_is_an_invalid_request(generator: ImageGenerator) -> None:
    with pytest.raises(InvalidRequest):
        await generator.poll("no-such-run")


async def test_an_address_of_another_place_is_never_fetched(generator: ImageGenerator) -> None:
    with pytest.raises(ProviderError, match=r"[Rr]efused|Not an address"):
        await generator.fetch(Succeeded("https://example.com/picture.png"))


def test_failed_runs_name_their_error() -> None:
    codes = {code: Failed(code, "why").error().code for code in ("refused", "output_expired", "provider_error")}
    assert codes == {
        "refused": "REFUSED_BY_PROVIDER",
        "output_expired": "OUTPUT_EXPIRED",
        "provider_error": "RUN_FAILED",
    }
