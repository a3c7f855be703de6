"""The ways to make them: ours as the service calls it, Pillow's plain loop, and libvips."""

# Peers are installed for `make bench` only, and checked by types all the same.
# pyright: reportMissingImports=false

import asyncio
import io
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

import pyvips
from PIL import Image

from chassis.child import Child
from compositor_service.imaging.encode import QUALITIES, encode_jpeg
from compositor_service.imaging.files import Placement
from compositor_service.imaging.geometry import Box, FocalPoint, crop_window
from compositor_service.orders import SizesOrder

Maker = Callable[[bytes, Sequence[Placement]], list[bytes]]
FOCAL = FocalPoint()

# Loops and threads live as long as their process does, the service's and the peer's.
LOOP = asyncio.Runner()
THREADS = ThreadPoolExecutor(cpu_count())
CHILD = Child("compositor_service.renders", str(cpu_count()), slots=1, idle_seconds=600)


def ours(data: bytes, placements: Sequence[Placement]) -> list[bytes]:
    """As the compositor's Renderer does it: sent to its child and back, decoded once, every size in a thread."""
    order = SizesOrder(focal=FOCAL, placements=tuple(placements))
    made: list[bytes] = []

    # Not the task's result, all of whose bytes a Runner spells out (`repr`) when it puts the signal's handler back.
    async def call() -> None:
        made.extend(await CHILD.call("sizes", order.model_dump_json().encode(), data))

    LOOP.run(call())
    return made[1:]


def pillow_loop(data: bytes, placements: Sequence[Placement]) -> list[bytes]:
    """What one writes first: for each size, open, cut, resize, save."""
    return [_pillow(data, placement) for placement in placements]


def _pillow(data: bytes, placement: Placement) -> bytes:
    image = Image.open(io.BytesIO(data)).convert("RGB")
    cut = image.crop(_window(image.size, placement).as_tuple())
    pixels = cut.resize((placement.width, placement.height), Image.Resampling.LANCZOS)
    return _within(placement.max_bytes, lambda quality: encode_jpeg(pixels, quality))


def vips(data: bytes, placements: Sequence[Placement]) -> list[bytes]:
    """libvips: decoded once into memory, every size in a thread, and no threads of its own beside them."""
    image = pyvips.Image.new_from_buffer(data, "").copy_memory()
    return list(THREADS.map(lambda placement: _vips(image, placement), placements))


def _vips(image: pyvips.Image, placement: Placement) -> bytes:
    window = _window((image.width, image.height), placement)
    cut = image.crop(window.left, window.top, window.width, window.height)
    resized = cut.resize(placement.width / cut.width, vscale=placement.height / cut.height, kernel="lanczos3")
    pixels = resized.copy_memory()
    return _within(placement.max_bytes, lambda quality: pixels.jpegsave_buffer(Q=quality, subsample_mode="off"))


def _window(size: tuple[int, int], placement: Placement) -> Box:
    return crop_window(size, placement.width, placement.height, FOCAL)


def _within(max_bytes: int, encode: Callable[[int], bytes]) -> bytes:
    return next(data for quality in QUALITIES if len(data := encode(quality)) <= max_bytes)
