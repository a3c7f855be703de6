"""The photo that is cut, and the placements that are cut out of it."""

import io

import numpy as np
from PIL import Image
from skimage import data

from compositor_service.imaging.files import Placement
from platforms.registry import load_registry

SIDE = 1536
PLACEMENTS = 10
GRAIN = 4.0
QUALITY = 95


def photo() -> bytes:
    """A portrait of 1536 × 1536 with a camera's grain, so that there is detail to keep at every size; JPEG."""
    portrait = Image.fromarray(data.astronaut()).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    grain = np.random.default_rng(7).normal(0.0, GRAIN, (SIDE, SIDE, 1))
    pixels = np.clip(np.asarray(portrait, dtype=np.float64) + grain, 0, 255).astype(np.uint8)
    target = io.BytesIO()
    Image.fromarray(pixels).save(target, "JPEG", quality=QUALITY, subsampling="4:4:4")
    return target.getvalue()


def placements() -> list[Placement]:
    """The first ten sizes of the registry that a kit makes, that differ, and that need no enlarging."""
    found: dict[tuple[int, int], Placement] = {}
    for platform in load_registry().platforms.values():
        for entry in platform.placements:
            formats = tuple(media_type.removeprefix("image/") for media_type in entry.formats)
            if entry.default and max(entry.width, entry.height) <= SIDE:
                placement = Placement(entry.width, entry.height, entry.max_bytes, formats)
                found.setdefault((entry.width, entry.height), placement)
    return list(found.values())[:PLACEMENTS]
