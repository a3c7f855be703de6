import pytest
from hypothesis import given
from hypothesis import strategies as st

from compositor_service.imaging.geometry import (
    MAX_CANVAS_PIXELS,
    FocalPoint,
    SafeZone,
    Target,
    canvas_pixels,
    canvas_size,
    crop_window,
    safe_box,
    text_area,
)
from compositor_service.typesetting.errors import LayoutOverflow

SIDES = st.integers(200, 3000)
SHARES = st.integers(0, 1000)


def test_square_for_instagram_becomes_as_tall_as_the_story() -> None:
    assert canvas_size((1024, 1024), [Target(1440, 1440), Target(1440, 1800), Target(1440, 2560)]) == (2560, 2560)


def test_large_base_is_not_kept_larger_than_any_placement_needs() -> None:
    assert canvas_size((6000, 4000), [Target(600, 400)]) == (600, 400)


@given(st.tuples(SIDES, SIDES), st.lists(st.tuples(SIDES, SIDES), min_size=1, max_size=4), SHARES, SHARES)
def test_no_crop_is_enlarged_and_every_window_lies_in_the_canvas(
    base: tuple[int, int], sizes: list[tuple[int, int]], x: int, y: int
) -> None:
    canvas = canvas_size(base, [Target(*size) for size in sizes])
    capped = canvas[0] * canvas[1] > MAX_CANVAS_PIXELS * 0.96
    for width, height in sizes:
        window = crop_window(canvas, width, height, FocalPoint(x, y))
        assert 0 <= window.left < window.right <= canvas[0]
        assert 0 <= window.top < window.bottom <= canvas[1]
        assert capped or (window.width >= width and window.height >= height)
    assert canvas[0] * canvas[1] <= MAX_CANVAS_PIXELS


@given(SHARES, SHARES)
def test_window_holds_the_focal_point(x: int, y: int) -> None:
    window = crop_window((2000, 1000), 500, 1000, FocalPoint(x, y))
    assert window.left <= 2000 * x // 1000 <= window.right
    assert abs((window.left + window.right) // 2 - 2000 * x // 1000) <= 250


def test_text_area_lies_in_every_safe_zone(targets: tuple[Target, ...]) -> None:
    canvas = canvas_size((1024, 1024), targets)
    area = text_area(canvas, targets, FocalPoint(300, 600))
    for target in targets:
        window = crop_window(canvas, target.width, target.height, FocalPoint(300, 600))
        assert safe_box(window, target).contains(area)


def test_placements_without_common_room_are_an_overflow_that_names_them() -> None:
    extremes = [Target(3000, 200), Target(200, 3000)]
    with pytest.raises(LayoutOverflow, match="3000×200、200×3000"):
        text_area(canvas_size((1000, 1000), extremes), extremes, FocalPoint())


def test_safe_zone_that_leaves_nothing_is_an_overflow() -> None:
    covered = [Target(1000, 1000, SafeZone(500, 500, 0, 0))]
    with pytest.raises(LayoutOverflow, match="領域がありません"):
        text_area((1000, 1000), covered, FocalPoint())


def test_least_length_holds_in_the_most_reduced_placement() -> None:
    sizes = [Target(1200, 628), Target(600, 400)]
    assert canvas_pixels(20, 0, (1200, 1200), sizes) == 40


@pytest.mark.parametrize("point", [(-1, 0), (0, 1001)])
def test_focal_point_outside_the_image_is_refused(point: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="per mille"):
        FocalPoint(*point)
