import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compositor_service.imaging.contrast import (
    LEAST_CONTRAST,
    NEAR_BLACK,
    WHITE,
    Rgb,
    best_ink,
    contrast,
    label_on,
    luminance,
    veiled_luminances,
    worst_contrast,
)
from compositor_service.imaging.scrim import choose_veil, shade, tint

COLOURS = st.tuples(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
BLUE: Rgb = (11, 95, 165)


def pixels(*colours: Rgb) -> np.ndarray:
    return np.array(colours, dtype=np.uint8)


def test_contrast_agrees_with_published_values() -> None:
    assert contrast((0, 0, 0), WHITE) == 2100
    assert contrast((118, 118, 118), WHITE) == 454
    assert contrast((119, 119, 119), WHITE) == 447


@given(COLOURS)
def test_every_button_colour_has_a_legible_label(fill: Rgb) -> None:
    assert contrast(best_ink(fill, (WHITE, NEAR_BLACK)), fill) >= LEAST_CONTRAST


@given(COLOURS)
def test_scrim_colours_carry_white_and_black_text(primary: Rgb) -> None:
    assert contrast(shade(primary), WHITE) >= 1300
    assert contrast(tint(primary), NEAR_BLACK) >= 1300


@given(COLOURS, COLOURS, st.integers(0, 255))
def test_luminance_under_a_veil_is_that_of_the_blended_colour(under: Rgb, veil: Rgb, alpha: int) -> None:
    red, green, blue = (round((u * (255 - alpha) + v * alpha) / 255) for u, v in zip(under, veil, strict=True))
    assert veiled_luminances(pixels(under), veil, alpha)[0] == pytest.approx(luminance((red, green, blue)), abs=1e-4)


def test_one_bad_line_is_not_hidden_by_good_ones() -> None:
    good, bad = np.zeros(5000, np.float32), np.full(50, 0.5, np.float32)
    assert worst_contrast([good, good, bad], WHITE) == 190


def test_two_in_a_hundred_bad_pixels_are_the_most_allowed() -> None:
    ground = np.zeros(1000, np.float32)
    ground[:20] = 1.0
    assert worst_contrast([ground], WHITE) > 2000
    ground[:21] = 1.0
    assert worst_contrast([ground], WHITE) == 100


def test_calm_dark_ground_needs_no_scrim() -> None:
    veil = choose_veil([pixels(*[(20, 20, 30)] * 100)], ((26, 26, 26), WHITE, NEAR_BLACK), BLUE)
    assert (veil.opacity, veil.ink) == (0, WHITE)


def test_brand_text_colour_is_preferred_on_a_light_ground() -> None:
    veil = choose_veil([pixels(*[(250, 250, 250)] * 100)], ((26, 26, 26), WHITE, NEAR_BLACK), BLUE)
    assert (veil.opacity, veil.ink) == (0, (26, 26, 26))


@given(st.lists(COLOURS, min_size=60, max_size=60), COLOURS, COLOURS)
def test_any_ground_gets_a_legible_veil(ground: list[Rgb], own: Rgb, primary: Rgb) -> None:
    veil = choose_veil([pixels(*ground)], (own, WHITE, NEAR_BLACK), primary)
    assert veil.contrast >= LEAST_CONTRAST


def test_mid_toned_ground_gets_a_shadow_and_white_text_instead_of_fog() -> None:
    restless = [pixels(*[(60, 60, 60), (170, 160, 150)] * 50)]
    veil = choose_veil(restless, ((26, 26, 26), WHITE, NEAR_BLACK), BLUE)
    assert veil.ink == WHITE
    assert 240 < veil.opacity < 700


@given(st.lists(COLOURS, min_size=60, max_size=60), COLOURS)
def test_light_scrim_never_becomes_fog(ground: list[Rgb], primary: Rgb) -> None:
    veil = choose_veil([pixels(*ground)], ((26, 26, 26), WHITE, NEAR_BLACK), primary)
    assert veil.opacity <= 240 or veil.ink == WHITE


@given(COLOURS, COLOURS)
def test_button_label_is_legible_on_any_accent(accent: Rgb, own: Rgb) -> None:
    assert contrast(accent, label_on(accent, own)) >= LEAST_CONTRAST


def test_button_label_is_white_where_white_is_legible() -> None:
    assert label_on((0xB0, 0x40, 0x2A), (31, 42, 38)) == WHITE


def test_orange_button_has_a_label_in_the_brands_own_dark() -> None:
    assert label_on((0xFF, 0x6B, 0x00), (26, 26, 26)) == (26, 26, 26)
