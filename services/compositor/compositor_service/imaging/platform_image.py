"""Platform images: one decoded composite, cut to every placement that is wanted."""

import pyvips
from PIL import Image
from pyvips import voperation

from compositor_service.imaging.decode import decode_rgb
from compositor_service.imaging.encode import encode_within
from compositor_service.imaging.files import Placement, Rendered
from compositor_service.imaging.geometry import Box, FocalPoint, crop_window

_RGB = 3

# The service renders in threads of its own, and every picture once.
voperation.concurrency_set(1)
voperation.cache_set_max(0)


class PlatformImageMaker:
    """Decodes a composite once. `make` may run in several threads at a time: libvips and Pillow release the GIL.

    libvips resizes with the processor's vector instructions, in about a fifth of Pillow's time for the same picture.
    """

    def __init__(self, composite: bytes, focal: FocalPoint) -> None:
        """`focal` must be the composite's own, so that the crops hold its text. Raises UnreadableImage."""
        image = decode_rgb(composite)
        self._size = image.size
        self._image: pyvips.Image = pyvips.Image.new_from_memory(image.tobytes(), *image.size, _RGB, "uchar")
        self._focal = focal

    def make(self, placement: Placement) -> Rendered:
        """Exactly the placement's size, in one of its formats, under its limit. Raises ByteLimitExceeded."""
        size = (placement.width, placement.height)
        resized = self._resized(crop_window(self._size, *size, self._focal), size)
        return encode_within(resized, placement.formats, placement.max_bytes)

    def _resized(self, window: Box, size: tuple[int, int]) -> Image.Image:
        cut = self._image.crop(window.left, window.top, window.width, window.height)
        resized = cut.resize(size[0] / window.width, vscale=size[1] / window.height, kernel="lanczos3")
        return Image.frombuffer("RGB", size, resized.write_to_memory(), "raw", "RGB", 0, 1)
