"""Text blocks and the button as boxes, before anything is drawn."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from compositor_service.imaging.geometry import Box, enclosing
from compositor_service.typesetting.fonts import Weight
from compositor_service.typesetting.paragraph import Line, Paragraph
from compositor_service.typesetting.phrases import Grade
from compositor_service.typesetting.writing import Writing

Field = Literal["headline", "body", "cta"]

_BUTTON_PADDING = 280
_BUTTON_HEIGHT = 225
"""Of the label's size, in per cent; the padding is that of both sides together."""

_LIGHT_ENDINGS = ("、", "。")
_HANGING = 15
"""A line that ends with such a mark looks too far left when its em boxes are centred; it moves by this much of an em,
in per cent."""


class PlacedLine(NamedTuple):
    """A line and the rectangle of its em boxes."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Block:
    """One field's lines at one size, in canvas pixels."""

    field: Field
    writing: Writing
    weight: Weight
    size: int
    lines: tuple[PlacedLine, ...]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Text blocks and the button with its label, the rectangle that they fill, and the roughest break allowed."""

    blocks: tuple[Block, ...]
    button: Box
    label: Block
    extent: Box
    roughest: Grade

    @property
    def headline_size(self) -> int:
        return self.blocks[0].size

    @property
    def text_extent(self) -> Box:
        """The rectangle of all lines that stand on the picture itself."""
        return enclosing([line.box for block in self.blocks for line in block.lines])

    @property
    def fields(self) -> tuple[Field, ...]:
        return (*(block.field for block in self.blocks), self.label.field)

    def moved(self, x: int, y: int) -> "Arrangement":
        """The same arrangement, shifted by whole pixels."""

        def shift(box: Box) -> Box:
            return Box(box.left + x, box.top + y, box.right + x, box.bottom + y)

        return Arrangement(
            tuple(_map_boxes(block, shift) for block in self.blocks),
            shift(self.button),
            _map_boxes(self.label, shift),
            shift(self.extent),
            self.roughest,
        )


def _map_boxes(block: Block, change: Callable[[Box], Box]) -> Block:
    return replace(block, lines=tuple(PlacedLine(line.text, change(line.box)) for line in block.lines))


def rows(
    field: Field, text: Paragraph, size: int, lines: tuple[Line, ...], frame: Box, pitch: int, align: int
) -> Block:
    """Horizontal lines from the frame's top, `pitch` pixels apart, each `align` per mille along its spare width."""
    placed = []
    for number, line in enumerate(lines):
        spare = frame.width - line.length
        hanging = size * _HANGING // 100 if line.text.endswith(_LIGHT_ENDINGS) else 0
        left = frame.left + min(spare, (spare * align // 1000 + hanging * (align > 0)))
        top = frame.top + number * pitch
        placed.append(PlacedLine(line.text, Box(left, top, left + line.length, top + size)))
    return Block(field, "horizontal", text.weight, size, tuple(placed))


def columns(field: Field, text: Paragraph, size: int, lines: tuple[Line, ...], right: int, pitch: int) -> Block:
    """Vertical lines from the right, their heads level at 0."""
    placed = []
    for number, line in enumerate(lines):
        edge = right - number * pitch
        placed.append(PlacedLine(line.text, Box(edge - size, 0, edge, line.length)))
    return Block(field, "vertical", text.weight, size, tuple(placed))


def button_size(label: Paragraph, size: int) -> tuple[int, int]:
    """Width and height of the button around a label in one line."""
    width = -(-label.length * size // 1000)
    return width + size * _BUTTON_PADDING // 100, size * _BUTTON_HEIGHT // 100


def button_label(label: Paragraph, size: int, button: Box) -> Block:
    """The label, centred in its button by the eye: kanji sit a little above the middle of their em box."""
    width = -(-label.length * size // 1000)
    left = button.left + (button.width - width) // 2
    top = (button.top + button.bottom) // 2 - size * 52 // 100
    line = PlacedLine(label.text, Box(left, top, left + width, top + size))
    return Block("cta", "horizontal", label.weight, size, (line,))
