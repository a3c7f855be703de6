"""Platform images: one decoded composite, cut to every placement that is wanted."""

from dataclasses import dataclass

from PIL import Image

from compositor_service.imaging.decode import decode_rgb
from compositor_service.imaging.encode import Rendered, encode_within
from compositor_service.imaging.geometry import FocalPoint, crop_window

_REDUCING_GAP = 3.0


@dataclass(frozen=True, slots=True)
class Placement:
    """What a platform accepts in one place: exact size in pixels, byte limit, formats by preference."""

    width: int
    height: int
    max_bytes: int
    formats: tuple[str, ...]


class PlatformImageMaker:
    """Decodes a composite once. `make` may run in several threads at a time: Pillow releases the GIL."""

    def __init__(self, composite: bytes, focal: FocalPoint) -> None:
        """`focal` must be the composite's own, so that the crops hold its text. Raises UnreadableImage."""
        self._image = decode_rgb(composite)
        self._focal = focal

    def make(self, placement: Placement) -> Rendered:
        """Exactly the placement's size, in one of its formats, under its limit. Raises ByteLimitExceeded."""
        size = (placement.width, placement.height)
        window = crop_window(self._image.size, *size, self._focal)
        resized = self._image.resize(size, Image.Resampling.LANCZOS, box=window.as_tuple(), reducing_gap=_REDUCING_GAP)
        return encode_within(resized, placement.formats, placement.max_bytes)
