"""Plain English names for colours, as text-to-image models understand them better than hex codes."""

from image_service.painting.colour import NEUTRAL_CHROMA, Tone, from_hex

# Where each hue's name ends, in OKLCH degrees. No names of fruits or flowers: models would draw them.
_HUES = (
    (15, "pink"),
    (38, "red"),
    (58, "vermilion"),
    (82, "amber"),
    (112, "yellow"),
    (135, "yellow-green"),
    (168, "green"),
    (205, "teal"),
    (243, "sky blue"),
    (272, "blue"),
    (300, "violet"),
    (335, "purple"),
    (361, "pink"),
)


_GREYS = ((0.32, "black"), (0.5, "charcoal grey"), (0.85, "grey"), (1.01, "off-white"))


def colour_name(code: str) -> str:
    """A name such as `deep green` for #rrggbb."""
    tone = from_hex(code)
    if tone.chroma < NEUTRAL_CHROMA:
        return next(name for limit, name in _GREYS if tone.lightness < limit)
    return _strength(tone) + next(name for limit, name in _HUES if tone.hue < limit)


def _strength(tone: Tone) -> str:
    if tone.lightness > 0.82:
        return "pale "
    if tone.lightness < 0.48:
        return "deep "
    return "muted " if tone.chroma < 0.08 else ""
