"""Where things lie: canvas, crop windows and text area, in whole pixels. Shares are per mille."""

from collections.abc import Sequence
from dataclasses import dataclass

from compositor_service.typesetting.errors import LayoutOverflow

PER_MILLE = 1000
MAX_CANVAS_PIXELS = 20_000_000
"""Beyond this a composite costs more memory and time than its sharpness is worth: 20 megapixels are 60 MB as RGB.
Only panoramas cropped to a tall placement get there; their crops are then enlarged by at most the missing factor."""

MARGIN = 65
"""Least distance of text from a placement's edge, as a share of its shorter side."""

_OVERHANG = 8
_SMALLEST_USABLE_SIDE = 200


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def as_tuple(self) -> tuple[int, int, int, int]:
        return (self.left, self.top, self.right, self.bottom)

    def intersection(self, other: "Box") -> "Box":
        """The common part; its sides can be negative when there is none."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def contains(self, other: "Box") -> bool:
        return self.intersection(other) == other

    def grown(self, by: int) -> "Box":
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


def enclosing(boxes: Sequence[Box]) -> Box:
    """The smallest rectangle that holds all of them."""
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


@dataclass(frozen=True, slots=True)
class FocalPoint:
    """The spot that every crop should keep, as shares (0–1000) of the image's width and height."""

    x: int = 500
    y: int = 500

    def __post_init__(self) -> None:
        if not (0 <= self.x <= PER_MILLE and 0 <= self.y <= PER_MILLE):
            raise ValueError(f"focal point ({self.x}, {self.y}) lies outside 0–1000 per mille")


@dataclass(frozen=True, slots=True)
class SafeZone:
    """Shares of a placement that its platform covers with its own controls."""

    top: int = 0
    bottom: int = 0
    left: int = 0
    right: int = 0


@dataclass(frozen=True, slots=True)
class Target:
    """One size that will be cut out of a composite, in pixels."""

    width: int
    height: int
    safe_zone: SafeZone = SafeZone()

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise ValueError(f"a placement of {self.width}×{self.height} has no area")


def canvas_size(base: tuple[int, int], targets: Sequence[Target]) -> tuple[int, int]:
    """Smallest size with the base image's aspect in which no target's crop window must be enlarged."""
    base_width, base_height = base
    least_width = max(t.width for t in targets)
    least_height = max(t.height for t in targets)
    if least_width * base_height >= least_height * base_width:
        width, height = least_width, -(-least_width * base_height // base_width)
    else:
        width, height = -(-least_height * base_width // base_height), least_height
    while width * height > MAX_CANVAS_PIXELS:
        width, height = max(1, width * 99 // 100), max(1, height * 99 // 100)
    return width, height


def crop_window(canvas: tuple[int, int], width: int, height: int, focal: FocalPoint) -> Box:
    """Largest window of the aspect width:height in the canvas, its centre as near the focal point as it fits."""
    canvas_width, canvas_height = canvas
    if canvas_width * height >= canvas_height * width:
        window = (max(1, canvas_height * width // height), canvas_height)
    else:
        window = (canvas_width, max(1, canvas_width * height // width))
    left = _place(window[0], canvas_width, focal.x)
    top = _place(window[1], canvas_height, focal.y)
    return Box(left, top, left + window[0], top + window[1])


def _place(length: int, available: int, focal: int) -> int:
    return min(max(0, available * focal // PER_MILLE - length // 2), available - length)


def safe_box(window: Box, target: Target) -> Box:
    """The part of a target's crop window that text may use, in canvas pixels."""
    margin = min(window.width, window.height) * MARGIN // PER_MILLE
    zone = target.safe_zone

    def inset(share: int, side: int) -> int:
        # Glyphs reach a little over their em boxes, so a platform's own zone is kept with some room to spare.
        return max(margin, -(-side * (share + _OVERHANG) // PER_MILLE))

    return Box(
        window.left + inset(zone.left, window.width),
        window.top + inset(zone.top, window.height),
        window.right - inset(zone.right, window.width),
        window.bottom - inset(zone.bottom, window.height),
    )


def text_area(canvas: tuple[int, int], targets: Sequence[Target], focal: FocalPoint) -> Box:
    """What all targets' safe boxes have in common. Raises LayoutOverflow when that is no room for text."""
    boxes = [safe_box(crop_window(canvas, t.width, t.height, focal), t) for t in targets]
    area = boxes[0]
    for box in boxes[1:]:
        area = area.intersection(box)
    if min(area.width, area.height) < min(canvas) * _SMALLEST_USABLE_SIDE // PER_MILLE:
        sizes = "、".join(f"{t.width}×{t.height}" for t in targets)
        raise LayoutOverflow(
            f"配信サイズ（{sizes}）のすべてに共通して文字を置ける領域がありません。"
            "焦点を画像の中央に寄せるか、縦横比の近い画像に差し替えてください。"
        )
    return area


def canvas_pixels(pixels: int, share: int, canvas: tuple[int, int], targets: Sequence[Target]) -> int:
    """Canvas length that in every target is at least `pixels`, and `share` per mille of its shorter side."""
    lengths = []
    for target in targets:
        window = crop_window(canvas, target.width, target.height, FocalPoint())
        wanted = max(pixels, min(target.width, target.height) * share // PER_MILLE)
        lengths.append(-(-wanted * window.width // target.width))
    return max(lengths)
