"""横書き: lines with proportional kana and punctuation (ツメ組み), as headlines are set."""

from PIL import Image, ImageDraw

from compositor_service.typesetting.fonts import ASCENT, EM, Weight, font

_FEATURES = ["palt", "kern"]


def horizontal_advances(text: str, weight: Weight) -> tuple[int, ...]:
    """Length of every prefix of the text, set as one line, in thousandths of an em."""
    face = font(weight, EM)
    return tuple(round(face.getlength(text[:end], features=_FEATURES)) for end in range(len(text) + 1))


def draw_line(mask: Image.Image, left: int, top: int, text: str, weight: Weight, size: int) -> None:
    """Draw one line into an "L" mask, its em boxes' upper left corner at (left, top)."""
    baseline = top + size * ASCENT // EM
    ImageDraw.Draw(mask).text((left, baseline), text, 255, font(weight, size), "ls", features=_FEATURES)
