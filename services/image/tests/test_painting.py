"""The offline studio: the same request the same bytes, the right subject, the brand's colours, room for words."""

import io

import numpy as np
import pytest
from PIL import Image, ImageFilter

from image_service.painting.colour import Tone, from_hex, gradient
from image_service.painting.studio import paint

GREEN = ("#0b6e4f", "#f2a541", "#1a1a1a")
RED = ("#c8102e", "#f6c445", "#222222")
GREY = ("#222222", "#888888", "#000000")
SUBJECTS = [
    "桜",
    "海",
    "紅葉",
    "雪",
    "山",
    "抹茶",
    "コーヒー",
    "コスメ",
    "パン",
    "和菓子",
    "果物",
    "夜景",
    "安心のサポート",
]


def decoded(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), np.float32)


@pytest.mark.parametrize("prompt", SUBJECTS)
def test_the_same_request_gives_the_same_bytes(prompt: str) -> None:
    assert paint(prompt, 5, GREEN, 320, 256) == paint(prompt, 5, GREEN, 320, 256)


@pytest.mark.parametrize("prompt", SUBJECTS)
def test_seed_and_palette_change_the_picture_visibly(prompt: str) -> None:
    base = decoded(paint(prompt, 1, GREEN, 256, 256).data)
    for other in (paint(prompt, 2, GREEN, 256, 256), paint(prompt, 1, RED, 256, 256)):
        assert np.abs(base - decoded(other.data)).mean() > 6


@pytest.mark.parametrize("size", [(256, 256), (1024, 256), (256, 1024), (333, 517)])
@pytest.mark.parametrize("prompt", SUBJECTS)
def test_every_scene_fills_every_shape_without_numeric_faults(prompt: str, size: tuple[int, int]) -> None:
    painted = paint(prompt, 3, GREY, *size)
    assert decoded(painted.data).shape == (size[1], size[0], 3)
    assert decoded(painted.data).std() > 8
    assert all(0 <= share <= 1000 for share in painted.focal)


@pytest.mark.parametrize("prompt", SUBJECTS)
def test_a_calm_stretch_is_left_for_words(prompt: str) -> None:
    """In some band of a third of the height there is hardly an edge over at least half of the width."""
    painted = decoded(paint(prompt, 4, GREEN, 384, 384).data)
    edges = np.asarray(
        Image.fromarray(painted.astype(np.uint8)).convert("L").filter(ImageFilter.FIND_EDGES), np.float32
    )
    blocks = edges[:384, :384].reshape(12, 32, 12, 32).mean(axis=(1, 3)) < 16
    calm = max(blocks[row : row + 4, col : col + 6].mean() for row in range(9) for col in range(7))
    assert calm > 0.9


def test_hues_of_the_brand_are_in_the_picture() -> None:
    means = {
        name: decoded(paint("暮らし", 8, palette, 256, 256).data)[170:].mean(axis=(0, 1))
        for name, palette in (("green", GREEN), ("red", RED))
    }
    assert means["green"][1] > means["green"][0]
    assert means["red"][0] > means["red"][1]


@pytest.mark.parametrize("code", ["#000000", "#ffffff", "#c8102e", "#06c755", "#1a73e8"])
def test_colours_survive_the_way_through_oklch(code: str) -> None:
    back = "#" + "".join(f"{round(float(part) * 255):02x}" for part in from_hex(code).rgb())
    assert back == code


def test_colours_outside_srgb_give_up_chroma_evenly() -> None:
    table = gradient([(0, Tone(0.2, 0.3, 150)), (1, Tone(0.95, 0.3, 150))])
    assert table.min() >= 0
    assert table.max() <= 1
    light = ((table + 0.055) / 1.055) ** 2.4
    assert np.abs(np.diff(light, axis=1)).max() < 0.012
