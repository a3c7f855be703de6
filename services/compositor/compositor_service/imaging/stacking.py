"""Puts headline, body and button together at one headline size, with its top left corner at (0, 0)."""

from collections.abc import Callable
from dataclasses import dataclass

from compositor_service.imaging.blocks import Arrangement, Block, button_label, button_size, columns, rows
from compositor_service.imaging.geometry import Box, enclosing
from compositor_service.typesetting.fonts import EM
from compositor_service.typesetting.paragraph import Line, Paragraph
from compositor_service.typesetting.phrases import Grade
from compositor_service.typesetting.writing import Writing

_HEADLINE_PITCH = 130
_COLUMN_PITCH = 140
_BODY_PITCH = 155
_BODY_SHARE = 40
_LABEL_SHARE = 42
_GAP_TO_BODY = 50
_GAP_TO_BUTTON = 62
_BODY_MAX_LINES = 3
"""Distances and sizes as per cent of the headline's em, pitches of the text's own."""


Stack = Callable[["Texts", int, "Frame"], Arrangement | None]


@dataclass(frozen=True, slots=True)
class Texts:
    """What is to be set; without a body when there is none, or no room for it."""

    headline: Paragraph
    body: Paragraph | None
    label: Paragraph


@dataclass(frozen=True, slots=True)
class Frame:
    """The room for a stack and the rules it is set by. Sizes are canvas pixels."""

    width: int
    height: int
    align: int
    least_body: int
    least_label: int
    worst: Grade
    max_lines: int


def _set(text: Paragraph, size: int, measure: int, frame: Frame, max_lines: int) -> tuple[Line, ...] | None:
    fits = measure > 0 and text.least_length <= max_lines * (measure * EM // size)
    lines = text.lines(size, measure, frame.worst) if fits else None
    return lines if lines is not None and len(lines) <= max_lines else None


def _body_size(size: int, frame: Frame) -> int:
    return max(frame.least_body, size * _BODY_SHARE // 100)


def _label_size(size: int, frame: Frame) -> int:
    return max(frame.least_label, size * _LABEL_SHARE // 100)


def stack_rows(texts: Texts, size: int, frame: Frame) -> Arrangement | None:
    """Horizontal: headline, body, button, one under the other. None when it does not fit the frame."""
    blocks = _row_blocks(texts, size, frame)
    label_size = _label_size(size, frame)
    button_width, button_height = button_size(texts.label, label_size)
    if blocks is None or button_width > frame.width:
        return None
    top = max(line.box.bottom for block in blocks for line in block.lines) + size * _GAP_TO_BUTTON // 100
    if top + button_height > frame.height:
        return None
    left = (frame.width - button_width) * frame.align // 1000
    button = Box(left, top, left + button_width, top + button_height)
    return _arrangement(blocks, button, texts.label, label_size, frame.worst)


def _row_blocks(texts: Texts, size: int, frame: Frame) -> tuple[Block, ...] | None:
    lines = _set(texts.headline, size, frame.width, frame, frame.max_lines)
    if lines is None:
        return None
    room = Box(0, 0, frame.width, frame.height)
    headline = rows("headline", texts.headline, size, lines, room, size * _HEADLINE_PITCH // 100, frame.align)
    if texts.body is None:
        return (headline,)
    body_size = _body_size(size, frame)
    body_lines = _set(texts.body, body_size, frame.width, frame, _BODY_MAX_LINES)
    if body_lines is None:
        return None
    under = Box(0, headline.lines[-1].box.bottom + size * _GAP_TO_BODY // 100, frame.width, frame.height)
    pitch = body_size * _BODY_PITCH // 100
    return headline, rows("body", texts.body, body_size, body_lines, under, pitch, frame.align)


def stack_columns_over_button(texts: Texts, size: int, frame: Frame) -> Arrangement | None:
    """Vertical: columns, and the horizontal button under them on the layout's side."""
    label_size = _label_size(size, frame)
    width, height = button_size(texts.label, label_size)
    gap = size * _GAP_TO_BUTTON // 100
    blocks = _column_blocks(texts, size, frame, frame.width, frame.height - height - gap)
    if blocks is None or width > frame.width:
        return None
    extent = _extent(blocks)
    right = extent.right if frame.align else extent.left + width
    button = Box(right - width, extent.bottom + gap, right, extent.bottom + gap + height)
    return _arrangement(blocks, button, texts.label, label_size, frame.worst)


def stack_columns_beside_button(texts: Texts, size: int, frame: Frame) -> Arrangement | None:
    """Vertical, for low frames: columns of the whole height, and the button at their foot on the inner side."""
    label_size = _label_size(size, frame)
    width, height = button_size(texts.label, label_size)
    gap = size * _GAP_TO_BUTTON // 100
    blocks = _column_blocks(texts, size, frame, frame.width - width - gap, frame.height)
    if blocks is None:
        return None
    extent = _extent(blocks)
    left = extent.left - gap - width if frame.align else extent.right + gap
    button = Box(left, extent.bottom - height, left + width, extent.bottom)
    return _arrangement(blocks, button, texts.label, label_size, frame.worst)


def _column_blocks(texts: Texts, size: int, frame: Frame, width: int, height: int) -> tuple[Block, ...] | None:
    lines = _set(texts.headline, size, height, frame, frame.max_lines)
    if lines is None:
        return None
    blocks = (columns("headline", texts.headline, size, lines, 0, size * _COLUMN_PITCH // 100),)
    if texts.body is not None:
        body_size = _body_size(size, frame)
        body_lines = _set(texts.body, body_size, height, frame, _BODY_MAX_LINES)
        if body_lines is None:
            return None
        right = _extent(blocks).left - size * _GAP_TO_BODY // 100
        blocks += (columns("body", texts.body, body_size, body_lines, right, body_size * _BODY_PITCH // 100),)
    return blocks if _extent(blocks).width <= width else None


def _extent(blocks: tuple[Block, ...], *others: Box) -> Box:
    return enclosing([*others, *(line.box for block in blocks for line in block.lines)])


def _arrangement(
    blocks: tuple[Block, ...], button: Box, label: Paragraph, label_size: int, roughest: Grade
) -> Arrangement:
    extent = _extent(blocks, button)
    found = Arrangement(blocks, button, button_label(label, label_size, button), extent, roughest)
    return found.moved(-extent.left, -extent.top)


STACKS: dict[Writing, tuple[Stack, ...]] = {
    "horizontal": (stack_rows,),
    "vertical": (stack_columns_over_button, stack_columns_beside_button),
}
"""Ways to stack, the preferred one first."""
