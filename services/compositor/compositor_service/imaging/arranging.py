"""Finds the largest arrangement of a copy's text that fits the text area."""

from dataclasses import dataclass, replace
from itertools import product

from compositor_service.imaging.blocks import Arrangement, Field, button_size
from compositor_service.imaging.geometry import Box
from compositor_service.imaging.layouts import BODY_KEEPS_HEADLINE, BODY_MAX_CHARACTERS, LINE_LIMITS, Layout
from compositor_service.imaging.stacking import STACKS, Frame, Stack, Texts
from compositor_service.typesetting.errors import LayoutOverflow
from compositor_service.typesetting.fonts import has_glyph, require_glyphs
from compositor_service.typesetting.paragraph import clean, paragraph
from compositor_service.typesetting.phrases import Grade
from contracts.values import CopyText

_READABLE_SHARE = 700
"""Lines that end at pauses, else between phrases, are kept down to this share of the size that rougher breaks, or
the less preferred stack, would allow."""

_MAX_CHARACTERS = 200
"""No area holds more at the least size; measuring takes time that grows with the square of the length."""

_FIELD_NAMES = {"headline": "見出し", "body": "本文", "cta": "CTA"}


@dataclass(frozen=True, slots=True)
class Floors:
    """Least sizes in canvas pixels at which each field stays legible in every target."""

    headline: int
    body: int
    label: int


def arrange(copy: CopyText, layout: Layout, area: Box, floors: Floors) -> Arrangement:
    """Headline and button, with the body where the layout's rule allows it. Raises LayoutOverflow, MissingGlyphs."""
    texts = _prepare(copy, layout)
    bare = _largest(replace(texts, body=None), layout, area, floors)
    if bare is None:
        raise _overflow(texts, area, floors)
    full = _largest(texts, layout, area, floors) if texts.body else None
    if full is not None and full.headline_size * 1000 >= bare.headline_size * BODY_KEEPS_HEADLINE:
        bare = full
    spare_x, spare_y = area.width - bare.extent.width, area.height - bare.extent.height
    return bare.moved(area.left + spare_x * layout.across // 1000, area.top + spare_y * layout.down // 1000)


def _prepare(copy: CopyText, layout: Layout) -> Texts:
    headline = _required("headline", copy.headline)
    label = _required("cta", copy.cta).replace("\n", " ")
    body = clean(copy.body).replace("\n", "")
    settable = 0 < len(body) <= BODY_MAX_CHARACTERS and all(has_glyph(c, "regular") for c in body)
    return Texts(
        paragraph(headline, "bold", layout.writing),
        paragraph(body, "regular", layout.writing) if settable else None,
        paragraph(label, "bold", "horizontal"),
    )


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


def _largest(texts: Texts, layout: Layout, area: Box, floors: Floors) -> Arrangement | None:
    for limit in LINE_LIMITS:
        found: list[Arrangement] = []
        for worst, stack in product(Grade, STACKS[layout.writing]):
            frame = Frame(area.width, area.height, layout.across, floors.body, floors.label, worst, limit)
            best = _largest_in(texts, layout, frame, floors, stack)
            found += [best] if best else []
        if found:
            enough = max(a.headline_size for a in found) * _READABLE_SHARE
            return next(a for a in found if a.headline_size * 1000 >= enough)
    return None


def _largest_in(texts: Texts, layout: Layout, frame: Frame, floors: Floors, stack: Stack) -> Arrangement | None:
    low = floors.headline
    high = max(low, min(frame.width * layout.of_width, frame.height * layout.of_height) // 1000)
    best = stack(texts, low, frame)
    while best is not None and low < high:
        middle = (low + high + 1) // 2
        larger = stack(texts, middle, frame)
        if larger is None:
            high = middle - 1
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
