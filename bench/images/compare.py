"""Measures ten placements out of one photo, time of each maker and how near ours is to Lanczos; and paintings.

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
from bench.results import Result, against_least, against_limit, against_peer
from image_service.painting.reading import PLACES, SUBJECTS
from image_service.painting.studio import paint

ROUNDS = 7
MAKERS: dict[str, Maker] = {"ours": ours, "pillow": pillow_loop, "vips": vips}
LEAST_SIMILARITY = 0.98
PAINTINGS, SIDE, LIMIT_SECONDS = 5, 1536, 1.5
PALETTE = ("#0b6e4f", "#f2a541", "#1a1a1a")


def measure() -> Iterator[Result]:
    """Milliseconds for all ten against both peers, the least similar of ours, and processor seconds of a painting."""
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
    slowest = [max(_painting_seconds(subject) for subject in (*SUBJECTS, *PLACES)) for _ in range(PAINTINGS)]
    yield against_limit("a picture of the offline studio, 1536²: the slowest subject", slowest, LIMIT_SECONDS, "s")


def _painting_seconds(subject: str) -> float:
    began = time.process_time()
    paint(subject, 1, PALETTE, SIDE, SIDE)
    return time.process_time() - began


def similarity(file: bytes, reference: bytes) -> float:
    """SSIM of two pictures of one size."""
    likeness: Any = structural_similarity(_pixels(file), _pixels(reference), channel_axis=2)
    return float(likeness)


def _pixels(file: bytes) -> npt.NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(file)).convert("RGB"))
