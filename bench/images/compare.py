"""Measures ten placements out of one photo, all in this process: time of each maker, and how near ours is to Lanczos.

Likeness is that of finished files: ours to those of the plain loop, so that it tells of resizing and not of JPEG.
"""

import io
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from skimage.metrics import structural_similarity

from bench.images.makers import Maker, ours, pillow_loop, vips
from bench.images.photo import photo, placements
from bench.results import Result, against_least, against_peer

ROUNDS = 7
MAKERS: dict[str, Maker] = {"ours": ours, "pillow": pillow_loop, "vips": vips}
LEAST_SIMILARITY = 0.98


def measure() -> Iterator[Result]:
    """Milliseconds for all ten against both peers, and the least similar of ours."""
    data, wanted = photo(), placements()
    for maker in MAKERS.values():
        maker(data, wanted)
    times: dict[str, list[float]] = {name: [] for name in MAKERS}
    for number in range(ROUNDS):
        for name in MAKERS if number % 2 == 0 else reversed(MAKERS):
            began = time.perf_counter()
            MAKERS[name](data, wanted)
            times[name].append(1000 * (time.perf_counter() - began))
    label = "ten placements of one photo"
    yield against_peer(label, times["ours"], times["pillow"], "Pillow, decoded for each size", "ms", 5.0, "less")
    yield against_peer(label, times["ours"], times["vips"], "pyvips, decoded once", "ms", 0.77, "less")
    made = zip(ours(data, wanted), pillow_loop(data, wanted), strict=True)
    likeness = [similarity(file, reference) for file, reference in made]
    yield against_least("their likeness to Lanczos, the least", min(likeness), likeness, LEAST_SIMILARITY, "SSIM")


def similarity(file: bytes, reference: bytes) -> float:
    """SSIM of two pictures of one size."""
    likeness: Any = structural_similarity(_pixels(file), _pixels(reference), channel_axis=2)
    return float(likeness)


def _pixels(file: bytes) -> npt.NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(file)).convert("RGB"))
