"""Renders where the service has them done: in the child process, over the real pipe."""

from collections.abc import AsyncIterator, Callable

import pytest

from chassis.child import Child
from chassis.child_calls import Refused
from compositor_service.app import RENDERS
from compositor_service.imaging.files import Placement
from compositor_service.imaging.geometry import FocalPoint, Target
from compositor_service.orders import CompositeMade, CompositeOrder, Picture, Refusal, SizesMade, SizesOrder
from compositor_service.renders import Renders
from contracts.values import Colours, CopyText

Pictures = Callable[..., bytes]


@pytest.fixture
async def child() -> AsyncIterator[Child]:
    one = Child(RENDERS, "2", slots=4)
    yield one
    await one.close()


@pytest.fixture
def order(copy_text: CopyText, colours: Colours, line_targets: tuple[Target, ...]) -> CompositeOrder:
    return CompositeOrder(copy_text=copy_text, colours=colours, layout="band_top", targets=line_targets, focal=None)


async def test_composite_and_its_sizes_are_those_that_this_process_makes(
    child: Child, order: CompositeOrder, noisy: Pictures
) -> None:
    asked = (order.model_dump_json().encode(), noisy(blur=4))
    outcome, data = await child.call("composite", *asked)
    assert [outcome, data] == list(Renders(1).calls["composite"](asked))
    made = CompositeMade.model_validate_json(outcome)
    placements = (Placement(600, 400, 10_000_000, ("jpeg",)), Placement(300, 300, 10_000_000, ("png",)))
    cut = (SizesOrder(focal=made.focal, placements=placements).model_dump_json().encode(), data)
    assert await child.call("sizes", *cut) == list(Renders(1).calls["sizes"](cut))


async def test_text_that_does_not_fit_is_refused_with_its_code_and_words(
    child: Child, order: CompositeOrder, plain: Pictures
) -> None:
    longest = order.model_copy(update={"copy_text": order.copy_text.model_copy(update={"headline": "W" * 400})})
    with pytest.raises(Refused, match=r"[ぁ-ん]") as refused:
        await child.call("composite", longest.model_dump_json().encode(), plain())
    assert refused.value.code == "LAYOUT_OVERFLOW"


async def test_picture_that_cannot_be_read_is_refused(child: Child) -> None:
    order = SizesOrder(focal=FocalPoint(), placements=()).model_dump_json().encode()
    with pytest.raises(Refused) as refused:
        await child.call("sizes", order, b"no picture")
    assert refused.value.code == "UNREADABLE_IMAGE"


async def test_size_that_cannot_be_made_leaves_the_others_and_their_files_in_order(
    child: Child, noisy: Pictures
) -> None:
    fits, never = Placement(200, 100, 10_000_000, ("jpeg",)), Placement(400, 400, 1_000, ("jpeg",))
    order = SizesOrder(focal=FocalPoint(), placements=(fits, never, Placement(100, 100, 10_000_000, ("png",))))
    said, *files = await child.call("sizes", order.model_dump_json().encode(), noisy())
    first, second, third = SizesMade.model_validate_json(said).outcomes
    assert isinstance(second, Refusal)
    assert second.code == "BYTE_LIMIT_EXCEEDED"
    assert [first, third] == [
        Picture(media_type="image/jpeg", width=200, height=100),
        Picture(media_type="image/png", width=100, height=100),
    ]
    assert [file[:4] for file in files] == [b"\xff\xd8\xff\xe0", b"\x89PNG"]
