"""The fonts that text is set in, and whether this machine can shape them."""

import unicodedata
from functools import lru_cache
from typing import Literal

import noto_cjk
from PIL import Image, ImageDraw, ImageFont, features

from compositor_service.typesetting.errors import MissingGlyphs, TextEngineMissing

Weight = Literal["regular", "bold"]
EM = 1000
"""Units per em in which text is measured, independent of the size it is drawn at."""

ASCENT = 880
"""Height of the em box above the baseline, in units per em."""

_NEVER_A_GLYPH = "\U0010ffff"


def check_text_engine() -> None:
    """Raise TextEngineMissing unless Pillow can shape Japanese text in both directions. Call once at start."""
    for feature, remedy in (
        ("freetype2", "install the Pillow wheel"),
        ("raqm", "install the Pillow wheel, or build it with libraqm"),
        ("fribidi", "install the system library FriBidi (Debian, Ubuntu: apt-get install libfribidi0)"),
    ):
        if not features.check(feature):
            raise TextEngineMissing(f"Pillow cannot set Japanese text: {feature} is missing; {remedy}")
    try:
        font("bold", EM).getlength("縦書き", direction="ttb")
    except (noto_cjk.FontNotInstalled, OSError) as error:
        raise TextEngineMissing(f"the Japanese font cannot be loaded: {error}") from error


# A face has 2.5 MB and is opened in a millisecond; a composite needs these few, again and again.
@lru_cache(maxsize=4)
def font(weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    """Noto Sans CJK JP at `size` pixels per em."""
    path = noto_cjk.font_path("sans", "jp", weight)
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.RAQM)


@lru_cache(maxsize=2)
def _probe(weight: Weight) -> ImageFont.FreeTypeFont:
    path = noto_cjk.font_path("sans", "jp", weight)
    return ImageFont.truetype(str(path), 32, layout_engine=ImageFont.Layout.BASIC)


def _drawn(character: str, weight: Weight) -> bytes:
    mask = Image.new("L", (64, 64))
    ImageDraw.Draw(mask).text((8, 8), character, 255, _probe(weight))
    return mask.tobytes()


@lru_cache(maxsize=2)
def _missing(weight: Weight) -> bytes:
    return _drawn(_NEVER_A_GLYPH, weight)


@lru_cache(maxsize=8192)
def has_glyph(character: str, weight: Weight) -> bool:
    """Whether the font draws the character as itself, not as the box that stands for a missing one."""
    return _drawn(character, weight) != _missing(weight)


def require_glyphs(field: str, text: str, weight: Weight) -> None:
    """Raise MissingGlyphs with every character of the text that the font lacks."""
    # A nonspacing mark, such as the selector of a kanji's form, changes the glyph before it and has none itself.
    drawn = (c for c in dict.fromkeys(text) if unicodedata.category(c) != "Mn" and c != "\n")
    lacking = [c for c in drawn if not has_glyph(c, weight)]
    if lacking:
        raise MissingGlyphs(field, "".join(lacking))
