"""縦書き: a column as runs of upright characters, 縦中横 and Western words turned on their side."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageChops, ImageDraw, ImageFont

from compositor_service.typesetting.fonts import ASCENT, EM, Weight, font

Kind = Literal["upright", "tate_chu_yoko", "sideways", "space"]

_UPRIGHT_FEATURES = ["vpal", "vkrn"]
_TATE_CHU_YOKO_FEATURES = ["hwid"]
_SIDEWAYS_FEATURES = ["kern"]

# Brackets and quotation marks have vertical forms only at full width, and only ― among the dashes has one;
# 〝〟 are what vertical text uses for “”.
_VERTICAL_FORMS = str.maketrans("()[]{}“”—─", "（）［］｛｝〝〟――")
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_SPACE_PER_EM = 3
_RUNS = re.compile(
    r"(?P<tate_chu_yoko>(?<![0-9A-Za-z.,:/-])[0-9]{1,2}(?![0-9.,:/-]|[A-Za-z])|(?<![!?])[!?]{2}(?![!?]))"
    r"|(?P<single>[%!?&]|(?<![!-~])[!-~](?![!-~]))"
    r"|(?P<word>[A-Za-zÀ-ɏ](?:[ -~À-ɏ–]*[^!? \u0250-\U0010ffff])?)"
    r"|(?P<number>[0-9][0-9.,:/-]*%?[A-Za-z]*)"
    r"|(?P<sign>[!-~–])"
    r"|(?P<space> +)"
    r"|(?P<upright>[^ -~À-ɏ–]+)"
)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a column that is set in one way."""

    kind: Kind
    text: str


def vertical_runs(text: str) -> Iterator[Run]:
    """The runs of a column, top to bottom; each has as many characters as it stands for in `text`."""
    for found in _RUNS.finditer(text.translate(_VERTICAL_FORMS)):
        match found.lastgroup:
            case "tate_chu_yoko" | "space" as kind:
                yield Run(kind, found[0])
            case "word" | "number" | "sign":
                yield Run("sideways", found[0])
            case _:
                yield Run("upright", found[0].translate(_FULL_WIDTH))


def run_length(run: Run, face: ImageFont.FreeTypeFont) -> float:
    """How far the run reaches down the column, in the font's own pixels."""
    if run.kind == "upright":
        return face.getlength(run.text, direction="ttb", features=_UPRIGHT_FEATURES)
    if run.kind == "sideways":
        return face.getlength(run.text, features=_SIDEWAYS_FEATURES)
    if run.kind == "space":
        return len(run.text) * face.size / _SPACE_PER_EM
    return face.size


def vertical_advances(text: str, weight: Weight) -> tuple[int, ...]:
    """Length of every prefix of the text, set as one column, in thousandths of an em."""
    face = font(weight, EM)
    advances = [0]
    for run in vertical_runs(text):
        base = advances[-1]
        heads = (Run(run.kind, run.text[:end]) for end in range(1, len(run.text) + 1))
        advances.extend(base + round(run_length(head, face)) for head in heads)
    return tuple(advances)


def draw_column(mask: Image.Image, centre_x: int, top: int, text: str, weight: Weight, size: int) -> None:
    """Draw one column into an "L" mask, its em boxes centred on `centre_x` and beginning at `top`."""
    face = font(weight, size)
    pen = ImageDraw.Draw(mask)
    y = float(top)
    for run in vertical_runs(text):
        if run.kind == "upright":
            pen.text((centre_x, round(y)), run.text, 255, face, "st", direction="ttb", features=_UPRIGHT_FEATURES)
        elif run.kind == "tate_chu_yoko":
            baseline = round(y) + size * ASCENT // EM
            pen.text((centre_x, baseline), run.text, 255, face, "ms", features=_TATE_CHU_YOKO_FEATURES)
        elif run.kind == "sideways":
            _draw_sideways(mask, centre_x, round(y), run.text, face)
        y += run_length(run, face)


def _draw_sideways(mask: Image.Image, centre_x: int, top: int, text: str, face: ImageFont.FreeTypeFont) -> None:
    size = int(face.size)
    band = Image.new("L", (round(face.getlength(text, features=_SIDEWAYS_FEATURES)) + size, 2 * size))
    # The em box's middle lies on the band's middle, so that turning the band puts it on the column's axis.
    baseline = size + size * ASCENT // EM - size // 2
    ImageDraw.Draw(band).text((size // 2, baseline), text, 255, face, "ls", features=_SIDEWAYS_FEATURES)
    turned = band.transpose(Image.Transpose.ROTATE_270)
    spot = (centre_x - turned.width // 2, top - size // 2)
    under = mask.crop((*spot, spot[0] + turned.width, spot[1] + turned.height))
    mask.paste(ImageChops.lighter(under, turned), spot)
