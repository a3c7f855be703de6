"""The whole renderer, judged by the pictures and figures it returns."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageChops

from compositor_service.imaging.composite import Composite, render_composite
from compositor_service.imaging.errors import UnknownLayout, UnreadableImage
from compositor_service.imaging.files import Placement
from compositor_service.imaging.geometry import Box, FocalPoint, SafeZone, Target, crop_window
from compositor_service.imaging.layouts import DEFAULT_LAYOUT, LAYOUTS
from compositor_service.imaging.platform_image import PlatformImageMaker
from compositor_service.typesetting.errors import LayoutOverflow, MissingGlyphs
from contracts.values import Colours, CopyText

Picture = Callable[..., bytes]
CENTRE = FocalPoint()


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def inked_box(data: bytes) -> Box:
    """Where a picture on white differs from it by more than JPEG's own noise."""
    red, green, blue = Image.open(io.BytesIO(data)).convert("RGB").split()
    darkest = ImageChops.darker(ImageChops.darker(red, green), blue)
    box = darkest.point([255 if level < 215 else 0 for level in range(256)]).getbbox()
    assert box is not None
    return Box(*box)


def safe_part(target: Target) -> Box:
    zone = target.safe_zone
    return Box(
        target.width * zone.left // 1000,
        target.height * zone.top // 1000,
        target.width - target.width * zone.right // 1000,
        target.height - target.height * zone.bottom // 1000,
    )


@pytest.mark.parametrize(("layout", "size"), [*((layout, (256, 256)) for layout in LAYOUTS), ("centre", (300, 225))])
def test_all_ink_lies_in_the_safe_zone_of_every_platform_image(
    layout: str,
    size: tuple[int, int],
    targets: tuple[Target, ...],
    plain: Picture,
    copy_text: CopyText,
    colours: Colours,
) -> None:
    focal = FocalPoint(560, 480)
    composite = render_composite(plain("#ffffff", size), copy_text, colours, layout, targets, focal)
    whole = inked_box(composite.data)
    maker = PlatformImageMaker(composite.data, focal)
    for target in targets:
        window = crop_window((composite.width, composite.height), target.width, target.height, focal)
        assert window.contains(whole)
        assert all(window.contains(box) for box in composite.text_boxes)
        cut = maker.make(Placement(target.width, target.height, 5_000_000, ("jpeg",)))
        assert safe_part(target).contains(inked_box(cut.data))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_headline_and_cta_are_set_whole_and_hashtags_never(
    layout: str, line_targets: tuple[Target, ...], plain: Picture, copy_text: CopyText, colours: Colours
) -> None:
    composite = render_composite(plain(), copy_text, colours, layout, line_targets, CENTRE)
    assert composite.lines[-1] == "詳しく見る"
    assert "".join(composite.lines).startswith("この夏、ひんやり心地いい毎日を。")
    assert "#" not in "".join(composite.lines)


@pytest.mark.parametrize("layout", [DEFAULT_LAYOUT, "vertical_right"])
def test_text_has_contrast_on_any_picture(
    layout: str,
    line_targets: tuple[Target, ...],
    plain: Picture,
    noisy: Picture,
    copy_text: CopyText,
    colours: Colours,
) -> None:
    bases = [plain("#ffffff"), plain("#000000"), plain("#777777"), noisy(), noisy(blur=6), noisy(blur=30)]
    for base in bases:
        composite = render_composite(base, copy_text, colours, layout, line_targets, CENTRE)
        assert composite.contrast >= 450
        assert composite.button_contrast >= 450


def test_scrim_is_laid_on_a_noisy_picture_only(
    line_targets: tuple[Target, ...], plain: Picture, noisy: Picture, copy_text: CopyText, colours: Colours
) -> None:
    def opacity(base: bytes) -> int:
        return render_composite(base, copy_text, colours, DEFAULT_LAYOUT, line_targets, CENTRE).scrim_opacity

    assert opacity(plain("#ffffff")) == 0
    assert opacity(plain("#10131a")) == 0
    assert opacity(noisy()) > 0


def test_contrast_reported_is_that_of_the_finished_pixels(
    line_targets: tuple[Target, ...], plain: Picture, copy_text: CopyText
) -> None:
    brand = Colours(primary="#0b5fa5", accent="#0b5fa5", text="#1a1a1a")
    composite = render_composite(plain("#c8d2dc"), copy_text, brand, DEFAULT_LAYOUT, line_targets, CENTRE)
    headline = composite.text_boxes[0]
    crop = pixels(composite.data)[headline.top : headline.bottom, headline.left : headline.right].reshape(-1, 3)
    linear = np.where(crop / 255 <= 0.04045, crop / 255 / 12.92, ((crop / 255 + 0.055) / 1.055) ** 2.4)
    light, dark = np.percentile(linear @ [0.2126, 0.7152, 0.0722], [90, 2])
    assert composite.contrast / 100 == pytest.approx((light + 0.05) / (dark + 0.05), rel=0.03)


def test_same_inputs_give_the_same_bytes(
    line_targets: tuple[Target, ...], noisy: Picture, copy_text: CopyText, colours: Colours
) -> None:
    base = noisy()
    one, two = (render_composite(base, copy_text, colours, "centre", line_targets, CENTRE) for _ in range(2))
    assert one == two


def test_changed_headline_gives_other_bytes(
    line_targets: tuple[Target, ...], plain: Picture, copy_text: CopyText, colours: Colours
) -> None:
    other = copy_text.model_copy(update={"headline": "この冬、あったかい毎日を。"})
    one, two = (
        render_composite(plain(), text, colours, DEFAULT_LAYOUT, line_targets, CENTRE) for text in (copy_text, other)
    )
    assert one.data != two.data


def render(copy: CopyText, base: bytes, targets: tuple[Target, ...], layout: str = DEFAULT_LAYOUT) -> Composite:
    return render_composite(base, copy, Colours(primary="#0b5fa5", accent="#ff6b00"), layout, targets, CENTRE)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_headline_too_long_for_its_area_is_an_overflow_that_says_what_to_do(
    layout: str, line_targets: tuple[Target, ...], plain: Picture
) -> None:
    with pytest.raises(LayoutOverflow, match=r"見出し「.*文字領域（幅\d+×高さ\d+px）.*短くする"):
        render(CopyText(headline="夏の新作が続々と登場。" * 15, body="", cta="見る"), plain(), line_targets, layout)


def test_endless_headline_is_refused_before_it_is_measured(line_targets: tuple[Target, ...], plain: Picture) -> None:
    with pytest.raises(LayoutOverflow, match="見出しが100000文字"):
        render(CopyText(headline="夏" * 100_000, body="", cta="見る"), plain(), line_targets)


def test_cta_too_long_for_one_line_is_an_overflow_of_the_cta(line_targets: tuple[Target, ...], plain: Picture) -> None:
    with pytest.raises(LayoutOverflow, match="CTA「"):
        render(CopyText(headline="夏の新作", body="", cta="公式サイトで詳しく見る" * 6), plain(), line_targets)


@pytest.mark.parametrize("field", ["headline", "cta"])
def test_empty_required_text_is_refused(field: str, copy_text: CopyText, line_targets, plain: Picture) -> None:
    with pytest.raises(LayoutOverflow, match="空です"):
        render(copy_text.model_copy(update={field: " \u200b "}), plain(), line_targets)


def test_emoji_in_the_headline_is_refused_by_name(copy_text: CopyText, line_targets, plain: Picture) -> None:
    with pytest.raises(MissingGlyphs, match="🌸"):
        render(copy_text.model_copy(update={"headline": "春🌸到来"}), plain(), line_targets)


@pytest.mark.parametrize("body", ["", "朝までさらさらの肌ざわり。" * 4, "さらさら😀"])
def test_body_that_is_long_or_cannot_be_drawn_is_left_out_and_said_so(
    body: str, copy_text: CopyText, line_targets: tuple[Target, ...], plain: Picture
) -> None:
    composite = render(copy_text.model_copy(update={"body": body}), plain(), line_targets)
    assert composite.fields == ("headline", "cta")


def test_short_body_is_set(copy_text: CopyText, line_targets: tuple[Target, ...], plain: Picture) -> None:
    assert render(copy_text, plain(), line_targets).fields == ("headline", "body", "cta")


def test_text_stays_legible_in_the_smallest_placement(plain: Picture, line_targets: tuple[Target, ...]) -> None:
    long = CopyText(
        headline="敏感肌のための、うるおい続ける化粧水が新しくなりました。" * 2, body="", cta="公式サイトで見る"
    )
    composite = render(long, plain(), line_targets)
    assert composite.headline_size * 600 // composite.width >= 20


def test_vertical_layout_sets_columns_from_right_to_left(
    line_targets: tuple[Target, ...], plain: Picture, copy_text: CopyText
) -> None:
    composite = render(copy_text, plain(), line_targets, "vertical_right")
    first, second = composite.text_boxes[:2]
    assert second.right < first.left
    assert first.height > first.width
    assert composite.text_boxes[0].left > composite.width // 2


def test_vertical_left_stands_on_the_left(
    line_targets: tuple[Target, ...], plain: Picture, copy_text: CopyText
) -> None:
    composite = render(copy_text, plain(), line_targets, "vertical_left")
    assert composite.text_boxes[0].right < composite.width // 2


def test_bands_stand_at_the_ends_of_the_text_area(plain: Picture, copy_text: CopyText) -> None:
    square = (Target(600, 600),)
    top, bottom = (render(copy_text, plain(), square, layout).text_boxes for layout in ("band_top", "band_bottom"))
    assert top[0].top < 60
    assert bottom[-1].bottom > 540


def test_unknown_layout_is_refused_with_the_known_ones(
    copy_text: CopyText, line_targets: tuple[Target, ...], plain: Picture
) -> None:
    with pytest.raises(UnknownLayout, match=r"diagonal.*band_bottom"):
        render(copy_text, plain(), line_targets, "diagonal")


def test_unreadable_base_is_refused(copy_text: CopyText, line_targets: tuple[Target, ...]) -> None:
    with pytest.raises(UnreadableImage):
        render(copy_text, b"GIF89a", line_targets)


def test_composite_needs_a_target(copy_text: CopyText, plain: Picture) -> None:
    with pytest.raises(ValueError, match="target"):
        render(copy_text, plain(), ())


def test_button_of_the_pictures_own_colour_gets_a_keyline(
    copy_text: CopyText, line_targets: tuple[Target, ...], plain: Picture
) -> None:
    alike = Colours(primary="#d7003a", accent="#d7003a")
    composite = render_composite(plain("#d7003a"), copy_text, alike, DEFAULT_LAYOUT, line_targets, CENTRE)
    button = composite.text_boxes[-1]
    rim = pixels(composite.data)[button.top + 1, (button.left + button.right) // 2]
    assert rim.min() > 200


def test_uncovered_safe_zone_moves_the_text(plain: Picture, copy_text: CopyText) -> None:
    covered = (Target(600, 900, SafeZone(0, 400, 0, 0)),)
    assert max(box.bottom for box in render(copy_text, plain(), covered).text_boxes) <= 540
