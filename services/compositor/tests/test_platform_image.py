import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter
from skimage.metrics import structural_similarity

from compositor_service.imaging.encode import encode_within
from compositor_service.imaging.errors import ByteLimitExceeded, UnreadableImage
from compositor_service.imaging.files import MEDIA_TYPES, Placement
from compositor_service.imaging.geometry import FocalPoint, crop_window
from compositor_service.imaging.platform_image import PlatformImageMaker
from platforms.entries import MediaType

Picture = Callable[..., bytes]


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("size", [(1440, 1440), (800, 418), (600, 400), (1200, 628), (333, 777)])
def test_image_has_exactly_the_placements_size(size: tuple[int, int], noisy: Picture) -> None:
    made = PlatformImageMaker(noisy(), FocalPoint()).make(Placement(*size, 30_000_000, ("jpeg",)))
    assert (made.width, made.height) == size
    assert opened(made.data).size == size


@given(
    canvas=st.tuples(st.integers(200, 700), st.integers(200, 700)),
    size=st.tuples(st.integers(30, 900), st.integers(30, 900)),
)
@settings(max_examples=60, deadline=None)
def test_every_size_comes_out_of_every_canvas_exactly(canvas: tuple[int, int], size: tuple[int, int]) -> None:
    target = io.BytesIO()
    Image.new("RGB", canvas, "teal").save(target, "PNG")
    made = PlatformImageMaker(target.getvalue(), FocalPoint(300, 600)).make(Placement(*size, 10**7, ("png",)))
    image = opened(made.data)
    assert image.size == size
    assert set(image.getcolors() or []) == {(size[0] * size[1], (0, 128, 128))}


def test_formats_are_exactly_those_that_the_registry_can_name() -> None:
    assert set(MEDIA_TYPES.values()) == set(get_args(MediaType))


@pytest.mark.parametrize("name", ["jpeg", "png"])
def test_first_allowed_format_is_used(name: str, noisy: Picture) -> None:
    made = PlatformImageMaker(noisy(blur=3), FocalPoint()).make(Placement(200, 100, 1_000_000, (name, "png")))
    assert Image.MIME[str(opened(made.data).format)] == made.media_type == f"image/{name}"


def test_next_format_is_used_when_the_first_is_too_large(noisy: Picture) -> None:
    made = PlatformImageMaker(noisy(), FocalPoint()).make(Placement(500, 500, 400_000, ("png", "jpeg")))
    assert made.media_type == "image/jpeg"
    assert len(made.data) <= 400_000


def test_quality_is_lowered_no_further_than_the_limit_asks(noisy: Picture) -> None:
    maker = PlatformImageMaker(noisy(blur=1), FocalPoint())
    sizes = [len(maker.make(Placement(400, 400, limit, ("jpeg",))).data) for limit in (10**7, 90_000, 60_000)]
    assert sizes[0] > 90_000 >= sizes[1] > 60_000 >= sizes[2]


def test_limit_that_no_format_meets_is_an_error(noisy: Picture) -> None:
    with pytest.raises(ByteLimitExceeded, match="1,000 バイト以下"):
        PlatformImageMaker(noisy(), FocalPoint()).make(Placement(400, 400, 1_000, ("jpeg", "png")))


def test_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="gif"):
        encode_within(Image.new("RGB", (4, 4)), ("gif",), 1000)


def test_file_has_no_metadata(encode: Callable[..., bytes]) -> None:
    image = Image.new("RGB", (64, 64), "teal")
    exif = image.getexif()
    exif[0x013B] = "somebody"
    base = encode(image, "JPEG", exif=exif)
    for name in ("jpeg", "png"):
        made = PlatformImageMaker(base, FocalPoint()).make(Placement(32, 32, 10_000, (name,)))
        assert not opened(made.data).getexif()
        assert b"somebody" not in made.data


def test_crop_follows_the_focal_point(encode: Callable[..., bytes]) -> None:
    image = Image.new("RGB", (900, 300), "white")
    image.paste("red", (750, 0, 900, 300))
    base = encode(image)
    right = PlatformImageMaker(base, FocalPoint(1000, 500)).make(Placement(300, 300, 10**6, ("png",)))
    left = PlatformImageMaker(base, FocalPoint(0, 500)).make(Placement(300, 300, 10**6, ("png",)))
    assert opened(right.data).getpixel((290, 150)) == (255, 0, 0)
    assert opened(left.data).getpixel((290, 150)) == (255, 255, 255)


@pytest.mark.parametrize("size", [(300, 200), (100, 100)])
def test_fast_resizing_looks_like_plain_lanczos(size: tuple[int, int], encode: Callable[..., bytes]) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (800, 800, 3), dtype=np.uint8)
    photo = Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(2))
    base = encode(photo)
    made = PlatformImageMaker(base, FocalPoint()).make(Placement(*size, 10**8, ("png",)))
    window = crop_window(photo.size, *size, FocalPoint())
    plain = photo.crop(window.as_tuple()).resize(size, Image.Resampling.LANCZOS)
    likeness = structural_similarity(np.asarray(opened(made.data)), np.asarray(plain), channel_axis=2)
    assert np.min(likeness) >= 0.98


def test_placements_made_in_threads_equal_those_made_in_turn(noisy: Picture) -> None:
    maker = PlatformImageMaker(noisy(), FocalPoint())
    wanted = [Placement(side, 300, 10**7, ("jpeg",)) for side in (200, 300, 400, 500)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(maker.make, wanted)) == [maker.make(placement) for placement in wanted]


def test_unreadable_composite_is_refused() -> None:
    with pytest.raises(UnreadableImage):
        PlatformImageMaker(b"", FocalPoint())
