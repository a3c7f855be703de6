"""A brand's logo on composites: whole, clear of text and subject, legible, and never louder than the text."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw

from compositor_service.imaging.composite import Composite, render_composite
from compositor_service.imaging.contrast import NEAR_BLACK, WHITE
from compositor_service.imaging.errors import UnusableLogo
from compositor_service.imaging.geometry import Box, FocalPoint, Target, crop_window, enclosing, safe_box
from compositor_service.imaging.layouts import DEFAULT_LAYOUT, LAYOUTS
from compositor_service.imaging.logo import Ground, Logo
from compositor_service.typesetting.errors import NoRoomForLogo
from contracts.compositor import RenderFailed
from contracts.values import BlobRef, Colours, CopyText

from .compositor_bench import CompositorBench

Encode = Callable[..., bytes]
Picture = Callable[..., bytes]
CENTRE = FocalPoint()
BRAND = Colours(primary="#2f5d50", accent="#c8553d", text="#1f2a26")
ANYWHERE = (Box(0, 0, 1000, 1000),)
DARK_GREEN = (30, 60, 50)


def drawn(size: tuple[int, int], colour: tuple[int, int, int], ground: tuple[int, ...] = (0, 0, 0, 0)) -> Image.Image:
    """Upright strokes of one colour, as a wordmark has them."""
    image = Image.new("RGBA", size, ground)
    pen = ImageDraw.Draw(image)
    for left in range(0, size[0], 24):
        pen.rectangle((left, 0, left + 9, size[1] - 1), fill=colour)
    return image


def render(base: bytes, targets: tuple[Target, ...], logo: bytes | None, **given: object) -> Composite:
    copy = CopyText(headline="春、ひと息の抹茶。", body="", cta="詳しく見る").model_copy(update=given)
    layout = str(given.get("layout", DEFAULT_LAYOUT))
    return render_composite(base, copy, BRAND, layout, targets, CENTRE, logo)


def box_of(composite: Composite) -> Box:
    assert composite.logo_box is not None
    return composite.logo_box


def changed_box(one: Composite, other: Composite) -> Box:
    """Where two pictures differ by more than JPEG's own noise."""
    first, second = (np.asarray(Image.open(io.BytesIO(each.data)).convert("RGB")).astype(int) for each in (one, other))
    rows, columns = np.nonzero(np.abs(first - second).max(axis=2) > 48)
    return Box(int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("size", [(800, 100), (400, 400), (150, 600)])
def test_logo_is_whole_in_every_safe_zone_and_keeps_clear_of_text_and_button(
    layout: str, size: tuple[int, int], targets: tuple[Target, ...], plain: Picture, encode: Encode
) -> None:
    composite = render(plain("#e8efe9"), targets, encode(drawn(size, DARK_GREEN)), layout=layout)
    box, canvas = box_of(composite), (composite.width, composite.height)
    for target in targets:
        assert safe_box(crop_window(canvas, target.width, target.height, CENTRE), target).contains(box)
    shared = enclosing(composite.text_boxes).intersection(box.grown(box.height // 4))
    assert shared.width <= 0 or shared.height <= 0


@pytest.mark.parametrize("size", [(800, 100), (800, 200), (400, 400), (150, 600)])
def test_logo_keeps_its_proportions_and_weighs_by_area(
    size: tuple[int, int], targets: tuple[Target, ...], plain: Picture, encode: Encode
) -> None:
    composite = render(plain("#e8efe9"), targets, encode(drawn(size, DARK_GREEN)))
    box, canvas = box_of(composite), (composite.width, composite.height)
    assert box.width / box.height == pytest.approx(size[0] / size[1], rel=0.05)
    for target in targets:
        window = crop_window(canvas, target.width, target.height, CENTRE)
        assert box.width * box.height <= window.width * window.height * 0.022
        assert box.width <= window.width * 0.24 + 1
        assert box.height <= window.height * 0.14 + 1


def test_small_logo_is_never_enlarged(line_targets: tuple[Target, ...], plain: Picture, encode: Encode) -> None:
    box = box_of(render(plain("#e8efe9"), line_targets, encode(drawn((64, 40), DARK_GREEN))))
    assert (box.width, box.height) == (64, 40)


def test_logo_keeps_off_the_subject_while_a_corner_is_free(encode: Encode) -> None:
    image = Image.new("RGB", (800, 800), (222, 232, 226))
    pen = ImageDraw.Draw(image)
    for step in range(0, 260, 26):
        pen.rectangle((40, 40 + step, 300, 53 + step), fill=(180, 40, 40))
    copy = CopyText(headline="春、ひと息の抹茶。", body="", cta="詳しく見る")
    logo = encode(drawn((600, 150), DARK_GREEN))
    composite = render_composite(
        encode(image), copy, BRAND, "band_bottom", (Target(800, 800),), FocalPoint(210, 210), logo
    )
    shared = box_of(composite).intersection(Box(40, 40, 300, 300))
    assert shared.width <= 0 or shared.height <= 0


@pytest.mark.parametrize("ground", ["#ffffff", "#101418", "#808080", "#b0402a"])
@pytest.mark.parametrize("colour", [(255, 255, 255), DARK_GREEN, (250, 200, 30)])
def test_logo_can_be_read_on_any_ground(
    ground: str, colour: tuple[int, int, int], line_targets: tuple[Target, ...], plain: Picture, encode: Encode
) -> None:
    composite = render(plain(ground), line_targets, encode(drawn((600, 150), colour)))
    box = box_of(composite)
    pixels = np.asarray(Image.open(io.BytesIO(composite.data)).crop(box.as_tuple()))
    seen = Ground.of(pixels)
    assert (seen.light + 0.05) / (seen.dark + 0.05) >= 2.4


def test_plate_is_laid_only_where_the_logo_does_not_read(encode: Encode) -> None:
    white, dark = (Logo(encode(drawn((600, 150), colour))) for colour in ((255, 255, 255), DARK_GREEN))
    night, paper, busy = Ground(0.0, 0.02), Ground(0.9, 1.0), Ground(0.0, 1.0)
    assert (white.plate_on(night), dark.plate_on(paper)) == (None, None)
    assert (white.plate_on(paper), dark.plate_on(night)) == (NEAR_BLACK, WHITE)
    assert (white.plate_on(busy), dark.plate_on(busy)) == (NEAR_BLACK, WHITE)


def test_logo_of_two_colours_is_judged_by_the_one_that_would_vanish(encode: Encode) -> None:
    image = drawn((600, 150), (255, 255, 255))
    image.paste(drawn((120, 150), (200, 40, 40)), (480, 0))
    assert Logo(encode(image)).plate_on(Ground(0.12, 0.16)) == NEAR_BLACK


def test_badge_is_judged_by_its_rim_and_not_by_what_lies_inside(encode: Encode) -> None:
    badge = Image.new("RGBA", (400, 400))
    pen = ImageDraw.Draw(badge)
    pen.ellipse((0, 0, 399, 399), fill=DARK_GREEN)
    pen.rectangle((170, 170, 230, 230), fill="white")
    assert Logo(encode(badge)).plate_on(Ground(0.9, 1.0)) is None


def test_logo_with_a_ground_of_its_own_gets_its_plate_and_loses_its_margins(encode: Encode) -> None:
    image = Image.new("RGBA", (900, 500), (250, 246, 238, 255))
    image.paste(drawn((600, 150), DARK_GREEN, (250, 246, 238, 255)), (150, 175))
    logo = Logo(encode(image))
    assert logo.plate_on(Ground(0.0, 0.02)) == logo.plate_on(Ground(0.9, 1.0)) == (250, 246, 238)
    assert logo.image.height == 150


def test_long_text_gives_the_logo_its_room(line_targets: tuple[Target, ...], plain: Picture, encode: Encode) -> None:
    headline = "敏感肌のための、うるおい続ける化粧水が新しくなりました。" * 2
    composite = render(plain("#e8efe9"), line_targets, encode(drawn((400, 400), DARK_GREEN)), headline=headline)
    shared = enclosing(composite.text_boxes).intersection(box_of(composite))
    assert shared.width <= 0 or shared.height <= 0


def test_text_that_leaves_no_room_at_all_is_an_overflow_that_names_the_logo(plain: Picture, encode: Encode) -> None:
    headline, target = ("敏感肌のための、うるおい続ける化粧水が新しくなりました。" * 7)[:190], (Target(600, 200),)
    assert render(plain(size=(600, 200)), target, None, headline=headline).logo_box is None
    with pytest.raises(NoRoomForLogo, match=r"ロゴ.*文を短くするか"):
        render(plain(size=(600, 200)), target, encode(drawn((400, 400), DARK_GREEN)), headline=headline)


def test_without_a_logo_the_bytes_are_those_of_a_call_that_knows_of_none(
    targets: tuple[Target, ...], noisy: Picture, copy_text: CopyText, colours: Colours
) -> None:
    given = (noisy(blur=6), copy_text, colours, DEFAULT_LAYOUT, targets, CENTRE)
    assert render_composite(*given, logo=None) == render_composite(*given)


def test_logo_changes_nothing_but_its_own_place_where_the_text_left_it_free(plain: Picture, encode: Encode) -> None:
    tall = (Target(800, 1600),)
    bare, marked = (
        render(plain("#e8efe9", (400, 800)), tall, logo, layout="band_bottom")
        for logo in (None, encode(drawn((600, 150), DARK_GREEN)))
    )
    assert marked.text_boxes == bare.text_boxes
    assert box_of(marked).grown(3).contains(changed_box(bare, marked))


def test_same_logo_gives_the_same_bytes(line_targets: tuple[Target, ...], noisy: Picture, encode: Encode) -> None:
    one, two = (render(noisy(), line_targets, encode(drawn((600, 150), DARK_GREEN))) for _ in range(2))
    assert one == two


@pytest.mark.parametrize(("data", "why"), [(b"GIF89a", "読み込めません"), (None, "透明")])
def test_logo_that_cannot_be_used_is_refused_in_words(
    data: bytes | None, why: str, line_targets: tuple[Target, ...], plain: Picture, encode: Encode
) -> None:
    with pytest.raises(UnusableLogo, match=f"{why}.*登録し直して"):
        render(plain(), line_targets, data or encode(Image.new("RGBA", (100, 100))))


async def test_logo_renders_composites_anew_is_recorded_and_is_told_when_it_is_missing(
    bench: CompositorBench, encode: Encode
) -> None:
    made = await bench.rendered()
    data = encode(drawn((300, 100), DARK_GREEN))
    logo = BlobRef(sha256=await bench.blobs.put(data), media_type="image/png", bytes=len(data))
    await bench.hear(bench.brand(made, 2, logo=logo))
    await bench.settle(made)
    assert await bench.versions(made) == [2, 2, 2]
    assert len((await bench.version(made.composite)).content["logoBox"]) == 4
    await bench.hear(bench.brand(made, 3, logo=logo.model_copy(update={"sha256": "0" * 64})))
    await bench.settle(made)
    [failed] = bench.told(RenderFailed, made.composite)
    assert failed.code == "UNUSABLE_LOGO"
    assert "登録し直して" in failed.message
    assert await bench.versions(made) == [2, 2, 2]
    await bench.hear(bench.brand(made, 4))
    await bench.settle(made)
    assert await bench.all_fresh(made)
