"""Arranges a copy's text in the text area: the largest that fits, and smaller ones to choose from."""

from dataclasses import dataclass, replace
from itertools import product

from compositor_service.imaging.blocks import Arrangement, Field, button_size
from compositor_service.imaging.geometry import Box
from compositor_service.imaging.layouts import (
    BODY_KEEPS_HEADLINE,
    BODY_MAX_CHARACTERS,
    LINE_LIMITS,
    Layout,
    Setting,
)
from compositor_service.imaging.stacking import STACKS, Frame, Stack, Texts
from compositor_service.typesetting.errors import LayoutOverflow
from compositor_service.typesetting.fonts import has_glyph, require_glyphs
from compositor_service.typesetting.paragraph import clean, paragraph
from compositor_service.typesetting.phrases import Grade
from compositor_service.typesetting.writing import Writing
from contracts.values import CopyText

_WORTH_KEEPING = {
    Grade.AFTER_PAUSE: 850,
    Grade.BETWEEN_PHRASES: 500,
    Grade.BEFORE_DEPENDENT: 600,
    Grade.CHANGE_OF_SCRIPT: 700,
    Grade.INSIDE_WORD: 700,
}
"""Lines that end at such places, and no worse, are kept down to this share of the size that rougher breaks, or the
less preferred stack, would allow."""

_VARIANTS = (
    *((1000, scale) for scale in (1000, 850, 700, 560, 450)),
    *((800, scale) for scale in (1000, 700)),
    *((650, scale) for scale in (1000, 700)),
)
"""Shares of the measure, and of the largest size in it: what there is to choose from where the largest text would
cover what the picture shows."""

_MAX_CHARACTERS = 200
"""No area holds more at the least size; measuring takes time that grows with the square of the length."""

_FIELD_NAMES = {"headline": "見出し", "body": "本文", "cta": "CTA"}


@dataclass(frozen=True, slots=True)
class Floors:
    """Least sizes in canvas pixels at which each field stays legible in every target."""

    headline: int
    body: int
    label: int


def prepare(copy: CopyText, writing: Writing) -> Texts:
    """The copy's words, ready to be set. Raises LayoutOverflow for empty or endless ones, MissingGlyphs."""
    headline = _required("headline", copy.headline)
    label = _required("cta", copy.cta).replace("\n", " ")
    body = clean(copy.body).replace("\n", "")
    settable = 0 < len(body) <= BODY_MAX_CHARACTERS and all(has_glyph(c, "regular") for c in body)
    return Texts(
        paragraph(headline, "bold", writing),
        paragraph(body, "regular", writing) if settable else None,
        paragraph(label, "bold", "horizontal"),
    )


def arrangements(texts: Texts, setting: Setting, area: Box, floors: Floors) -> list[Arrangement]:
    """Headline and button, with the body where the rule allows it: the largest, and smaller ones to choose from.

    Each has its top left corner at (0, 0). Raises LayoutOverflow when none fits.
    """
    largest: dict[int, int] = {}
    found: list[Arrangement] = []
    for narrowed, scale in _VARIANTS:
        width = area.width * setting.measure * narrowed // 1_000_000
        most = largest.get(width, cap(setting, area)) * scale // 1000
        one = _arranged(texts, setting, (width, area.height), floors, most)
        if one is not None and one not in found:
            largest.setdefault(width, one.headline_size)
            found.append(one)
    if not found:
        raise _overflow(texts, area, floors)
    return found


def cap(setting: Setting, area: Box) -> int:
    """The headline's greatest size in pixels, however short it is."""
    return min(area.width * setting.of_width, area.height * setting.of_height) // 1000


def place(arrangement: Arrangement, layout: Layout, area: Box) -> Arrangement:
    """The arrangement at its layout's place in the area."""
    spare_x, spare_y = area.width - arrangement.extent.width, area.height - arrangement.extent.height
    return arrangement.moved(area.left + spare_x * layout.across // 1000, area.top + spare_y * layout.down // 1000)


def _arranged(texts: Texts, setting: Setting, size: tuple[int, int], floors: Floors, most: int) -> Arrangement | None:
    bare = _largest(replace(texts, body=None), setting, size, floors, most)
    if bare is None or texts.body is None:
        return bare
    full = _largest(texts, setting, size, floors, most)
    keeps = full is not None and full.headline_size * 1000 >= bare.headline_size * BODY_KEEPS_HEADLINE
    return full if keeps else bare


def _required(field: Field, text: str) -> str:
    cleaned = clean(text)
    if not cleaned:
        raise LayoutOverflow(f"{_FIELD_NAMES[field]}が空です。画像に入れる文を入力してください。")
    if len(cleaned) > _MAX_CHARACTERS:
        raise LayoutOverflow(
            f"{_FIELD_NAMES[field]}が{len(cleaned)}文字あります。画像に入れられるのは{_MAX_CHARACTERS}文字までです。"
        )
    require_glyphs(_FIELD_NAMES[field], cleaned, "bold")
    return cleaned


def _largest(texts: Texts, setting: Setting, size: tuple[int, int], floors: Floors, most: int) -> Arrangement | None:
    for limit in LINE_LIMITS:
        found: list[tuple[Grade, Arrangement]] = []
        for worst, stack in product(Grade, STACKS[setting.writing]):
            frame = Frame(*size, setting.align, floors.body, floors.label, worst, limit)
            best = _largest_in(texts, frame, floors.headline, max(floors.headline, most), stack)
            found += [(worst, best)] if best else []
        if found:
            greatest = max(arrangement.headline_size for _, arrangement in found)
            return next(one for worst, one in found if one.headline_size * 1000 >= greatest * _WORTH_KEEPING[worst])
    return None


def _largest_in(texts: Texts, frame: Frame, low: int, high: int, stack: Stack) -> Arrangement | None:
    best = stack(texts, high, frame)
    if best is not None:
        return best
    best = stack(texts, low, frame)
    while best is not None and low < high - 1:
        middle = (low + high) // 2
        larger = stack(texts, middle, frame)
        if larger is None:
            high = middle
        else:
            best, low = larger, middle
    return best


def _overflow(texts: Texts, area: Box, floors: Floors) -> LayoutOverflow:
    label_too_wide = button_size(texts.label, floors.label)[0] > area.width
    name, size = ("CTA", floors.label) if label_too_wide else ("見出し", floors.headline)
    text = texts.label.text if label_too_wide else texts.headline.text
    return LayoutOverflow(
        f"{name}「{text}」（{len(text)}文字）が、最小の文字サイズ {size}px でも"
        f"文字領域（幅{area.width}×高さ{area.height}px）に収まりません。"
        "文を短くするか、別のレイアウトか画像を選んでください。"
    )
