"""The scrim as painted, against what was promised before painting."""

import numpy as np
import pytest
from PIL import Image

from compositor_service.imaging.arranging import Floors, arrangements, place, prepare
from compositor_service.imaging.blocks import Arrangement
from compositor_service.imaging.contrast import NEAR_BLACK, WHITE, veiled_luminances, worst_contrast
from compositor_service.imaging.geometry import Box
from compositor_service.imaging.layouts import LAYOUTS, Layout
from compositor_service.imaging.scrim import Veil, choose_veil, lay_scrim
from contracts.values import CopyText

SIZE = (600, 400)
PRIMARY = (11, 95, 165)


@pytest.fixture(params=[name for name, layouts in LAYOUTS.items() if len(layouts) == 1])
def layout(request: pytest.FixtureRequest) -> Layout:
    return LAYOUTS[request.param][0]


@pytest.fixture
def arrangement(layout: Layout, copy_text: CopyText) -> Arrangement:
    area = Box(40, 40, 560, 360)
    texts = prepare(copy_text, layout.setting.writing)
    return place(arrangements(texts, layout.setting, area, Floors(20, 14, 14))[0], layout, area)


def noise() -> Image.Image:
    return Image.fromarray(np.random.default_rng(5).integers(0, 256, (SIZE[1], SIZE[0], 3), dtype=np.uint8))


def behind(canvas: Image.Image, arrangement: Arrangement) -> list[np.ndarray]:
    boxes = [line.box for block in arrangement.blocks for line in block.lines]
    return [np.asarray(canvas.crop(box.as_tuple())).reshape(-1, 3) for box in boxes]


def test_painted_pixels_have_the_contrast_that_was_promised(arrangement: Arrangement) -> None:
    canvas = noise()
    veil = choose_veil(behind(canvas, arrangement), (WHITE, NEAR_BLACK), PRIMARY)
    lay_scrim(canvas, veil, arrangement)
    measured = [veiled_luminances(pixels, PRIMARY, 0) for pixels in behind(canvas, arrangement)]
    assert veil.opacity > 0
    assert abs(worst_contrast(measured, veil.ink) - veil.contrast) <= 5
    assert worst_contrast(measured, veil.ink) >= 450


def test_scrim_fades_without_an_edge(arrangement: Arrangement) -> None:
    canvas = Image.new("RGB", SIZE, "white")
    veil = choose_veil(behind(noise(), arrangement), (WHITE,), PRIMARY)
    lay_scrim(canvas, veil, arrangement)
    levels = np.asarray(canvas.convert("L")).astype(int)
    assert np.abs(np.diff(levels, axis=0)).max() <= 12
    assert np.abs(np.diff(levels, axis=1)).max() <= 12


def test_scrim_leaves_the_far_side_of_the_picture_alone(copy_text: CopyText) -> None:
    layout = LAYOUTS["band_top"][0]
    area = Box(40, 40, 560, 1160)
    texts = prepare(copy_text, "horizontal")
    arrangement = place(arrangements(texts, layout.setting, area, Floors(20, 14, 14))[0], layout, area)
    canvas = Image.new("RGB", (600, 1200), "white")
    lay_scrim(canvas, Veil(WHITE, (0, 40, 30), 600, 450, 200), arrangement)
    levels = np.asarray(canvas.convert("L"))
    assert levels[:40].max() < 150
    assert levels[900:].min() == 255


def test_text_on_a_night_picture_is_white_rather_than_dark_on_a_fog() -> None:
    dusk = np.array([(95, 100, 115), (120, 128, 145)] * 100, dtype=np.uint8)
    veil = choose_veil([dusk], ((31, 42, 38), WHITE, NEAR_BLACK), PRIMARY)
    assert veil.is_legible
    assert veil.ink == WHITE


def test_brands_own_ink_is_kept_where_a_faint_scrim_makes_it_legible() -> None:
    own = (70, 70, 80)
    wall = np.full((200, 3), 169, dtype=np.uint8)
    assert choose_veil([wall], (WHITE, NEAR_BLACK), PRIMARY).ink == NEAR_BLACK
    veil = choose_veil([wall], (own, WHITE, NEAR_BLACK), PRIMARY)
    assert veil.is_legible
    assert veil.ink == own
    assert 0 < veil.opacity <= 240
