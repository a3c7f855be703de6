"""The Replicate adapter's behaviour under every fault that the stand-in can play."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from assets.provider_errors import InvalidRequest, NotAuthorised, OutcomeUnknown, ProviderError, TransientFault
from image_service.generator import Failed, ImageRequest, Pending, RunState, Succeeded
from image_service.provider_errors import OutputExpired, UntrustworthyOutput
from image_service.replicate import ReplicateGenerator
from image_service.replicate_models import CATALOGUE, model_named

from .replicate_standin import GATEWAY_FAULTS, StandIn
from .replicate_world import Scripted, World

CREATE = "POST /v1/models/black-forest-labs/flux-2-pro/predictions"


def order(prompt: str = "a cup of tea", model: str = CATALOGUE[0].id, side: int = 256) -> ImageRequest:
    return ImageRequest(prompt, 7, model, side, side, ("#c8102e", "#f6c445", "#222222"))


@pytest.fixture
async def replicate(standin: StandIn) -> AsyncIterator[ReplicateGenerator]:
    generator = ReplicateGenerator("token", standin.url, timeout_seconds=0.6)
    yield generator
    await generator.aclose()


async def ended(replicate: ReplicateGenerator, fault: str) -> RunState:
    run = await replicate.submit(order(f"[fault:{fault}]"))
    state: RunState = Pending(started=False)
    while isinstance(state, Pending):
        state = await replicate.poll(run.provider_id)
    return state


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("401", NotAuthorised),
        ("402", NotAuthorised),
        ("403", NotAuthorised),
        ("422", InvalidRequest),
        ("429", TransientFault),
        ("500", TransientFault),
        ("503", TransientFault),
        ("504", OutcomeUnknown),
        ("hang", OutcomeUnknown),
        ("nonsense", OutcomeUnknown),
    ],
)
async def test_a_failing_create_is_sent_once_and_named(
    replicate: ReplicateGenerator, world: World, fault: str, kind: type[ProviderError]
) -> None:
    with pytest.raises(kind):
        await replicate.submit(order(f"[fault:{fault}]"))
    assert world.requests == [CREATE]


async def test_throttling_passes_on_how_long_to_wait(replicate: ReplicateGenerator, world: World) -> None:
    world.scripted.append(Scripted("429", retry_after=12))
    with pytest.raises(TransientFault) as caught:
        await replicate.submit(order())
    assert caught.value.retry_after == 12
    assert (await replicate.submit(order())).provider_id


async def test_a_failing_poll_is_not_retried_by_the_sdk(replicate: ReplicateGenerator, world: World) -> None:
    run = await replicate.submit(order("[fault:poll-503]"))
    with pytest.raises(TransientFault) as caught:
        await replicate.poll(run.provider_id)
    assert caught.value.retry_after == 7
    assert world.requests[1:] == [f"GET /v1/predictions/{run.provider_id}"]


async def test_an_unreachable_provider_has_cost_nothing() -> None:
    closed = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = closed.sockets[0].getsockname()[1]
    closed.close()
    await closed.wait_closed()
    with pytest.raises(TransientFault, match="could not be reached"):
        await ReplicateGenerator("token", f"http://127.0.0.1:{port}").submit(order())


async def test_a_connection_cut_after_the_request_leaves_the_outcome_unknown() -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(cut, "127.0.0.1", 0) as server:
        replicate = ReplicateGenerator("token", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        with pytest.raises(OutcomeUnknown):
            await replicate.submit(order())
        await replicate.aclose()


async def test_a_charge_without_an_answer_is_found_by_its_request(replicate: ReplicateGenerator, world: World) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)
    with pytest.raises(OutcomeUnknown):
        await replicate.submit(order("[fault:hang]"))
    found = await replicate.find(order("[fault:hang]"), before)
    assert found is not None
    assert found.provider_id in world.predictions
    assert world.charges == 1


@pytest.mark.parametrize("fault", GATEWAY_FAULTS)
async def test_an_order_that_a_gateway_gave_up_on_is_looked_for_and_not_placed_again(
    replicate: ReplicateGenerator, world: World, fault: str
) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)
    with pytest.raises(OutcomeUnknown):
        await replicate.submit(order(f"[fault:{fault}]"))
    found = await replicate.find(order(f"[fault:{fault}]"), before)
    assert found is not None
    assert (world.creates, world.charges) == (1, 1)


async def test_an_order_is_found_behind_hundreds_of_newer_ones(
    replicate: ReplicateGenerator, world: World, standin: StandIn
) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)
    with pytest.raises(OutcomeUnknown):
        await replicate.submit(order("[fault:charged-502]"))
    [lost] = world.predictions
    for n in range(250):
        world.accept("black-forest-labs/flux-2-pro", {"input": {"prompt": f"{n}", "seed": n}}, "", f"{standin.url}/")
    found = await replicate.find(order("[fault:charged-502]"), before)
    assert found is not None
    assert (found.provider_id, world.requests.count("GET /v1/predictions")) == (lost, 3)
    assert await replicate.find(order("[fault:charged-502]"), datetime.now(UTC) + timedelta(seconds=5)) is None
    assert world.requests.count("GET /v1/predictions") == 4, "nobody looks at what is older than the order"


async def test_a_gateways_error_while_waiting_is_transient(replicate: ReplicateGenerator, world: World) -> None:
    run = await replicate.submit(order("[fault:poll-502]"))
    with pytest.raises(TransientFault):
        await replicate.poll(run.provider_id)


async def test_nothing_is_found_where_nothing_was_charged(replicate: ReplicateGenerator, world: World) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)
    with pytest.raises(OutcomeUnknown):
        await replicate.submit(order("[fault:hang-uncharged]"))
    await replicate.submit(order("another prompt"))
    assert await replicate.find(order("[fault:hang-uncharged]"), before) is None
    assert await replicate.find(order("another prompt"), datetime.now(UTC) + timedelta(seconds=5)) is None


async def test_a_run_moves_from_queue_to_work_to_picture(replicate: ReplicateGenerator) -> None:
    run = await replicate.submit(order("[fault:stuck]"))
    await replicate.poll(run.provider_id)
    assert await replicate.poll(run.provider_id) == Pending(started=True)


@pytest.mark.parametrize(
    ("fault", "code"),
    [("nsfw", "refused"), ("crash", "provider_error"), ("no-output", "output_expired"), ("aborted", "cancelled")],
)
async def test_a_run_without_a_picture_says_why(replicate: ReplicateGenerator, fault: str, code: str) -> None:
    state = await ended(replicate, fault)
    assert isinstance(state, Failed)
    assert state.code == code


@pytest.mark.parametrize(("fault", "began"), [("queued", False), ("stuck", True)])
async def test_a_cancelled_run_ends_as_cancelled_and_says_whether_it_had_begun(
    replicate: ReplicateGenerator, fault: str, began: bool
) -> None:
    run = await replicate.submit(order(f"[fault:{fault}]"))
    await replicate.poll(run.provider_id)
    await replicate.cancel(run.provider_id)
    assert await replicate.poll(run.provider_id) == Failed("cancelled", "The run was cancelled.", began=began)


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("expired", OutputExpired, "gone"),
        ("content-type", UntrustworthyOutput, "image/svg"),
        ("garbage", UntrustworthyOutput, "may be decoded"),
        ("endless", UntrustworthyOutput, "larger than"),
        ("redirect-loopback", UntrustworthyOutput, "Refused to fetch"),
        ("redirect-private", UntrustworthyOutput, "Refused to fetch"),
        ("redirect-file", UntrustworthyOutput, "Refused to fetch"),
        ("redirect-loop", UntrustworthyOutput, "too often"),
    ],
)
async def test_an_output_that_cannot_be_trusted_is_not_let_in(
    replicate: ReplicateGenerator, fault: str, kind: type[ProviderError], words: str
) -> None:
    state = await ended(replicate, fault)
    assert isinstance(state, Succeeded)
    with pytest.raises(kind, match=words):
        await replicate.fetch(state)


def test_a_missing_token_is_told_at_once() -> None:
    with pytest.raises(NotAuthorised, match="REPLICATE_API_TOKEN"):
        ReplicateGenerator("")


def test_prices_follow_the_published_rates() -> None:
    generator = ReplicateGenerator("token", yen_per_dollar=Decimal(150))
    costs = {model: generator.cost_yen(model, 1536, 1536) for model in generator.models}
    assert list(costs.values()) == [9, 6, 1]


@pytest.mark.parametrize(("side", "made"), [(1536, 1440), (100, 256), (1000, 992)])
def test_sizes_are_fitted_to_what_the_model_makes(side: int, made: int) -> None:
    assert model_named("black-forest-labs/flux-1.1-pro").fitted(side, side) == (made, made)


def test_a_model_of_ratios_gets_the_nearest_one() -> None:
    model = model_named("black-forest-labs/flux-schnell")
    portrait = ImageRequest("x", 1, model.id, 1080, 1920, ("#000000", "#000000", "#000000"))
    assert model.inputs(model, portrait)["aspect_ratio"] == "9:16"
