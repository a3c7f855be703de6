"""The before/after contact sheet: what each regeneration changed, and what it left alone."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import noto_cjk
from PIL import Image, ImageDraw, ImageFont, ImageOps

WIDTH = 2400
MARGIN = 72
GAP = 28
THUMB_HEIGHT = 300
THUMB_SIZE = (THUMB_HEIGHT * 2, THUMB_HEIGHT)
LABEL_HEIGHT = 46
PAPER, INK, FAINT, RULE, NEW = "#f6f4ef", "#1f2421", "#6b736e", "#d8d4ca", "#b3402a"


@dataclass(frozen=True)
class Pair:
    """One asset before and after; `after` None means that it did not change."""

    label: str
    before: bytes
    after: bytes | None


@dataclass(frozen=True)
class Section:
    """One regeneration: its title, what is said under it, and the pictures."""

    title: str
    notes: tuple[str, ...]
    pairs: tuple[Pair, ...]


def contact_sheet(title: str, subtitle: str, sections: Sequence[Section]) -> bytes:
    """The whole sheet as PNG."""
    canvas = Image.new("RGB", (WIDTH, 12_000), PAPER)
    sheet = _Sheet(canvas)
    sheet.heading(title, subtitle)
    for section in sections:
        sheet.section(section)
    buffer = io.BytesIO()
    canvas.crop((0, 0, WIDTH, sheet.y + MARGIN)).save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


class _Sheet:
    """Draws from top to bottom; `y` is how far it has come."""

    def __init__(self, canvas: Image.Image) -> None:
        self._canvas = canvas
        self._draw = ImageDraw.Draw(canvas)
        self.y = MARGIN

    def heading(self, title: str, subtitle: str) -> None:
        self._text(MARGIN, title, 58, bold=True)
        self.y += 84
        self._text(MARGIN, subtitle, 28, colour=FAINT)
        self.y += 60

    def section(self, section: Section) -> None:
        self.y += 20
        self._draw.line((MARGIN, self.y, WIDTH - MARGIN, self.y), RULE, 2)
        self.y += 28
        self._text(MARGIN, section.title, 40, bold=True)
        self.y += 62
        for note in section.notes:
            self._text(MARGIN, note, 26, colour=FAINT)
            self.y += 40
        self.y += 16
        self._flow([self._cell(pair) for pair in section.pairs])

    def _flow(self, cells: Sequence[tuple[int, Callable[[int, int], None]]]) -> None:
        x = MARGIN
        for width, draw in cells:
            if x > MARGIN and x + width > WIDTH - MARGIN:
                x, self.y = MARGIN, self.y + THUMB_HEIGHT + LABEL_HEIGHT + GAP
            draw(x, self.y)
            x += width + GAP * 2
        self.y += THUMB_HEIGHT + LABEL_HEIGHT + GAP

    def _cell(self, pair: Pair) -> tuple[int, Callable[[int, int], None]]:
        before = _thumbnail(pair.before)
        after = _thumbnail(pair.after) if pair.after else None
        arrow = 46 if after else 0
        width = before.width + (arrow + after.width if after else 0)

        def draw(x: int, y: int) -> None:
            self._canvas.paste(before, (x, y))
            if after:
                self._arrow(x + before.width + 8, y + THUMB_HEIGHT // 2)
                self._canvas.paste(after, (x + before.width + arrow, y))
                frame = (x + before.width + arrow - 3, y - 3, x + width + 2, y + after.height + 2)
                self._draw.rectangle(frame, outline=NEW, width=3)
            self._draw.text((x, y + THUMB_HEIGHT + 8), pair.label, FAINT, _font(22))

        return max(width, int(_font(22).getlength(pair.label))), draw

    def _arrow(self, x: int, y: int) -> None:
        self._draw.line((x, y, x + 22, y), NEW, 4)
        self._draw.polygon(((x + 20, y - 9), (x + 34, y), (x + 20, y + 9)), NEW)

    def _text(self, x: int, text: str, size: int, *, bold: bool = False, colour: str = INK) -> None:
        self._draw.text((x, self.y), text, colour, _font(size, bold=bold))


def _thumbnail(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        # A JPEG is decoded no larger than is needed; other formats know no such thing.
        image.draft("RGB", THUMB_SIZE)
        # Converting 16-bit grey straight to 8 bits would clip everything above 255 to white.
        shown = image.convert("I").point(lambda level: level / 257, "L") if image.mode.startswith("I;16") else image
        return ImageOps.contain(shown.convert("RGB"), THUMB_SIZE, Image.Resampling.LANCZOS)


def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(noto_cjk.font_path("sans", "jp", "bold" if bold else "regular")), size)
