import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from compositor_service.imaging.focal import find_focal_point
from compositor_service.imaging.geometry import FocalPoint, crop_window


def product_at(x: int, y: int, size: tuple[int, int] = (900, 600)) -> Image.Image:
    """A labelled bottle on a soft backdrop."""
    image = Image.linear_gradient("L").resize(size).convert("RGB").point([150 + level // 4 for level in range(256)] * 3)
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((x - 50, y - 110, x + 50, y + 110), 20, fill=(200, 60, 40))
    pen.rectangle((x - 35, y - 30, x + 35, y + 40), fill=(250, 250, 240))
    for row in range(5):
        pen.line((x - 25, y - 20 + 12 * row, x + 25, y - 20 + 12 * row), fill=(30, 30, 30), width=3)
    return image.filter(ImageFilter.GaussianBlur(1))


@pytest.mark.parametrize(("x", "y"), [(150, 150), (450, 300), (760, 430), (200, 450)])
def test_product_is_found(x: int, y: int) -> None:
    found = find_focal_point(product_at(x, y))
    assert abs(found.x - x * 1000 // 900) <= 60
    assert abs(found.y - y * 1000 // 600) <= 90


@settings(max_examples=15, deadline=None)
@given(st.integers(60, 840), st.integers(120, 480))
def test_square_crop_keeps_the_product_whole(x: int, y: int) -> None:
    window = crop_window((900, 600), 1, 1, find_focal_point(product_at(x, y)))
    assert window.left <= x - 50
    assert x + 50 <= window.right


def test_face_outweighs_a_patterned_edge() -> None:
    image = Image.new("RGB", (600, 600), (120, 140, 150))
    pen = ImageDraw.Draw(image)
    for row in range(0, 600, 24):
        pen.rectangle((0, row, 60, row + 12), fill=(235, 235, 235))
    pen.ellipse((330, 150, 490, 350), fill=(222, 176, 148))
    pen.ellipse((370, 230, 390, 245), fill=(30, 20, 20))
    pen.ellipse((430, 230, 450, 245), fill=(30, 20, 20))
    found = find_focal_point(image)
    assert abs(found.x - 683) <= 120
    assert abs(found.y - 417) <= 120


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
def test_even_picture_has_its_focal_point_in_the_centre(mode: str) -> None:
    assert find_focal_point(Image.new(mode, (640, 360), 90 if mode == "L" else "teal")) == FocalPoint(500, 500)


def test_panorama_and_tiny_picture_are_handled() -> None:
    for size in ((4000, 40), (1, 1), (3, 900)):
        point = find_focal_point(Image.effect_noise(size, 80).convert("RGB"))
        assert 0 <= point.x <= 1000
