"""What people see change: from seed to seed, from one picture of a campaign to the next, and with the hour."""

import io
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from PIL import Image

from contracts.values import BrandProfile, Brief, Colours
from image_service.painting import still_life
from image_service.painting.canvas import Canvas
from image_service.painting.direction import Direction, direct
from image_service.painting.palette import Scheme
from image_service.painting.reading import SUBJECTS, read
from image_service.painting.still_life import FRAMINGS
from image_service.painting.studio import paint
from image_service.prompting import derive_prompt

PALETTE = ("#5b3a29", "#d9843b", "#1a1a1a")
VISIBLE = 14.0  # Mean difference of 24 × 24 thumbnails in steps of 255: shifting a bowl a little stays well below.


def thumbnail(prompt: str, seed: int) -> np.ndarray:
    image = Image.open(io.BytesIO(paint(prompt, seed, PALETTE, 256, 256).data)).convert("RGB")
    return np.asarray(image.resize((24, 24), Image.Resampling.BOX), np.float32)


def difference(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one - other).mean())


def derived(product: str, ordinal: int) -> str:
    brand = BrandProfile(name="結", colours=Colours(primary="#5b3a29", accent="#d9843b"))
    brief = Brief(objective="awareness", product=product, target_audience="30代", platforms=("x",))
    return derive_prompt(brief, brand, ordinal)


@pytest.mark.parametrize("prompt", ["深煎りコーヒー", "抹茶", "美容液", "家計簿アプリ", "桜", "安心のサポート"])
def test_neighbouring_seeds_look_clearly_different(prompt: str) -> None:
    pictures = [thumbnail(prompt, seed) for seed in range(100, 107)]
    assert min(difference(a, b) for a, b in pairwise(pictures)) > VISIBLE


@pytest.mark.parametrize("product", ["深煎りコーヒー", "美容液", "冷蔵庫"])
@pytest.mark.parametrize("ordinal", range(1, 9))
def test_regenerating_a_derived_prompt_looks_clearly_different(product: str, ordinal: int) -> None:
    pictures = [thumbnail(derived(product, ordinal), seed) for seed in range(40, 45)]
    assert min(difference(a, b) for a, b in pairwise(pictures)) > VISIBLE


def test_the_pictures_of_one_campaign_are_different_compositions() -> None:
    pictures = [thumbnail(derived("深煎りコーヒー", ordinal), 7) for ordinal in range(1, 9)]
    assert min(difference(a, b) for a, b in combinations(pictures, 2)) > VISIBLE


def test_night_is_dark_and_dusk_is_warm() -> None:
    day, night, dusk = (thumbnail(f"抹茶ラテ、山の{hour}", 3) for hour in ("昼", "夜", "夕暮れ"))
    assert night.mean() < day.mean() * 0.6
    assert dusk[..., 0].mean() / dusk[..., 2].mean() > day[..., 0].mean() / day[..., 2].mean() * 1.2


def test_a_bowl_and_a_glass_are_different_pictures() -> None:
    assert difference(thumbnail("抹茶", 4), thumbnail("ガラスの器の抹茶", 4)) > 2


@pytest.mark.parametrize("subject", SUBJECTS)
def test_consecutive_seeds_change_form_or_prop_and_colour(subject: str) -> None:
    plans = [direct(read(derived("品", 1)), subject, seed) for seed in range(12)]
    for one, other in pairwise(plans):
        assert one.emphasis != other.emphasis
        assert (one.form, one.prop, one.mirrored) != (other.form, other.prop, other.mirrored)


@pytest.mark.parametrize("view", FRAMINGS)
def test_the_product_stays_in_the_central_column_of_the_tallest_crop(view: str) -> None:
    framing = FRAMINGS[view]
    if view != "macro":
        assert framing.aside + framing.size * 0.56 < 0.5 * 9 / 16 + 0.01


@pytest.mark.parametrize("seed", range(6))
def test_the_focal_point_is_on_the_product(seed: int) -> None:
    """What differs between two products of one plan is the product: the point lies where they differ."""
    bag, fruit = (paint(derived(product, 6), seed, PALETTE, 256, 256) for product in ("バッグ", "りんご"))
    one, other = (np.asarray(Image.open(io.BytesIO(p.data)).convert("RGB"), np.float32) for p in (bag, fruit))
    rows, columns = np.nonzero(np.abs(one - other).mean(axis=2) > 60)
    assert columns.min() < bag.focal[0] * 0.256 < columns.max()
    assert rows.min() < bag.focal[1] * 0.256 < rows.max()


@pytest.mark.parametrize("view", [view for view, framing in FRAMINGS.items() if framing.with_prop])
def test_a_narrow_crop_around_the_focal_point_holds_the_prop(view: str) -> None:
    """Only the prop differs between the two pictures, and it differs inside the 9:16 crop."""
    plan = replace(direct(read("夜のパン"), "package", 3), view=view, backdrop="plain", mirrored=False)
    with_vase, with_stones = (staged(replace(plan, prop=prop)) for prop in ("vase", "stones"))
    columns = np.nonzero(np.abs(with_vase[0] - with_stones[0]).mean(axis=0) > 0.2)[1] / 512
    half = 9 / 16 / 2
    assert with_vase[1] - half < columns.min()
    assert columns.max() < with_vase[1] + half


def staged(plan: Direction) -> tuple[np.ndarray, float]:
    """The planes of a still life without grain, and its focal point's share of the width."""
    canvas = Canvas(512, 512, np.random.default_rng(1))
    x, _ = still_life.paint(canvas, Scheme.of(PALETTE), plan)
    return canvas.planes, x
