"""Which layout `auto` takes, judged on pictures whose subject is known."""

import io
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from compositor_service.imaging.composite import Composite, render_composite
from compositor_service.imaging.geometry import Box, FocalPoint, SafeZone, Target
from compositor_service.imaging.layouts import DEFAULT_LAYOUT, LAYOUTS
from compositor_service.imaging.subject import Subject
from contracts.values import Colours, CopyText

Encode = Callable[..., bytes]
SIZE = 800
SQUARE = (Target(SIZE, SIZE),)
COPY = CopyText(headline="心地よさを、もっと身近に", body="", cta="公式サイトを見る")
COLOURS = Colours(primary="#2f5d50", accent="#c8553d", text="#1f2a26")


def bowl_at(x: int, y: int, radius: int = 150) -> Image.Image:
    """A patterned round thing on a pale wall."""
    image = Image.new("RGB", (SIZE, SIZE), (222, 232, 226))
    pen = ImageDraw.Draw(image)
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(40, 90, 70))
    for step in range(-radius + 20, radius - 20, 30):
        pen.line((x - radius // 2, y + step, x + radius // 2, y + step), fill=(230, 200, 60), width=8)
    return image.filter(ImageFilter.GaussianBlur(1))


def render(image: Image.Image, x: int, y: int, encode: Encode, layout: str = DEFAULT_LAYOUT) -> Composite:
    focal = FocalPoint(x * 1000 // SIZE, y * 1000 // SIZE)
    return render_composite(encode(image), COPY, COLOURS, layout, SQUARE, focal)


@pytest.mark.parametrize(("x", "y"), list(product((180, 400, 620), (180, 400, 620))))
def test_text_and_button_keep_off_the_subject(x: int, y: int, encode: Encode) -> None:
    composite = render(bowl_at(x, y), x, y, encode)
    bowl = Box(x - 120, y - 120, x + 120, y + 120)
    for box in composite.text_boxes:
        shared = box.intersection(bowl)
        assert shared.width <= 0 or shared.height <= 0
    assert composite.scrim_opacity == 0


@pytest.mark.parametrize(("x", "y", "grain"), [(400, 560, 0), (250, 400, 60), (400, 400, 90), (600, 300, 120)])
def test_chosen_layout_is_named_and_gives_the_same_picture_when_asked_for(
    x: int, y: int, grain: int, encode: Encode
) -> None:
    noise = np.random.default_rng(3).integers(0, grain + 1, (SIZE, SIZE, 3), dtype=np.uint8)
    image = ImageChops.subtract(bowl_at(x, y), Image.fromarray(noise))
    chosen = render(image, x, y, encode)
    assert chosen.layout in LAYOUTS
    assert chosen.layout != DEFAULT_LAYOUT
    assert render(image, x, y, encode, chosen.layout) == chosen


def test_preferred_layout_is_taken_when_none_is_better(plain: Callable[..., bytes]) -> None:
    composite = render_composite(plain(size=(400, 400)), COPY, COLOURS, DEFAULT_LAYOUT, SQUARE, FocalPoint(500, 100))
    assert composite.layout == LAYOUTS[DEFAULT_LAYOUT][0].id


def test_small_difference_in_the_picture_does_not_change_the_layout(encode: Encode) -> None:
    layouts = {render(bowl_at(400 + shift, 560), 400, 560, encode).layout for shift in (-4, 0, 4)}
    assert len(layouts) == 1


def test_headline_takes_the_room_that_a_plain_picture_leaves(plain: Callable[..., bytes]) -> None:
    story = (Target(1440, 1440), Target(1440, 2560))
    composite = render_composite(plain(size=(512, 512)), COPY, COLOURS, "band_top", story, FocalPoint())
    assert composite.headline_size * 1000 // 1440 >= 120


def test_button_label_is_about_two_fifths_of_the_headline(encode: Encode) -> None:
    composite = render(bowl_at(400, 620), 400, 620, encode)
    label = composite.text_boxes[-2]
    assert 0.40 <= label.height / composite.headline_size <= 0.44


def test_subject_weighs_most_at_the_focal_point() -> None:
    subject = Subject(bowl_at(400, 400), (1600, 1600), FocalPoint())
    inside, wall = subject.under(Box(700, 700, 900, 900)), subject.under(Box(0, 0, 300, 200))
    assert inside > 700
    assert wall < 50


def test_even_picture_has_only_its_focal_point_to_spare() -> None:
    subject = Subject(Image.new("RGB", (300, 300), "teal"), (300, 300), FocalPoint(500, 500))
    assert subject.under(Box(0, 0, 60, 300)) == 0
    assert subject.under(Box(0, 0, 300, 300)) < 100


def test_rendered_bytes_are_an_image_of_the_canvas_size(encode: Encode) -> None:
    composite = render(bowl_at(200, 400), 200, 400, encode)
    assert Image.open(io.BytesIO(composite.data)).size == (composite.width, composite.height)


@pytest.mark.parametrize(("x", "y"), [(200, 200), (400, 560), (600, 300)])
def test_most_of_the_subject_lies_where_it_was_drawn(x: int, y: int) -> None:
    subject = Subject(bowl_at(x, y), (SIZE, SIZE), FocalPoint(x * 1000 // SIZE, y * 1000 // SIZE))
    assert subject.share_in(Box(0, 0, SIZE, SIZE)) == 1000
    assert subject.share_in(Box(x - 170, y - 170, x + 170, y + 170)) > 800


@pytest.mark.parametrize("x", [240, 560])
def test_button_gives_way_to_the_subject_in_a_low_safe_zone(x: int, encode: Encode) -> None:
    low = (Target(SIZE, SIZE, SafeZone(250, 250, 80, 80)),)
    image = bowl_at(x, 400, 130)
    focal = FocalPoint(x * 1000 // SIZE, 500)
    composite = render_composite(encode(image), COPY, COLOURS, DEFAULT_LAYOUT, low, focal)
    assert Subject(image, (composite.width, composite.height), focal).under(composite.text_boxes[-1]) < 150
    assert composite.scrim_opacity <= 400
