"""A brand's three colours as tones to build a picture from."""

from dataclasses import dataclass

from image_service.painting.colour import NEUTRAL_CHROMA, Tone, from_hex

WHITE = Tone(0.985, 0.004, 90)


@dataclass(frozen=True, slots=True)
class Scheme:
    """`main` carries the surroundings, `accent` the thing to look at, `ink` the darkest parts."""

    main: Tone
    accent: Tone
    ink: Tone

    @classmethod
    def of(cls, palette: tuple[str, str, str]) -> "Scheme":
        """From primary, accent and text as #rrggbb; the ink is darkened and takes on the primary's hue."""
        primary, accent, text = (from_hex(code) for code in palette)
        return cls(primary, accent, primary.at(min(0.28, text.lightness + 0.08), min(primary.chroma, 0.05)))

    def ground(self, lightness: float, chroma: float) -> Tone:
        """The main hue, never more colourful than the brand; a grey brand borrows a breath of its accent."""
        if self.main.chroma < NEUTRAL_CHROMA:
            return self.accent.at(lightness, min(chroma * 0.45, self.accent.chroma))
        return self.main.at(lightness, min(chroma, self.main.chroma * 1.1 + 0.006))

    def spark(self, lightness: float, chroma: float) -> Tone:
        """The accent hue at a lightness."""
        return self.accent.at(lightness, min(chroma, self.accent.chroma * 1.15 + 0.006))

    def themed(self, hue: float, share: float, lightness: float, chroma: float) -> Tone:
        """The main hue leaning towards what the subject asks for: pink for blossom, blue for sea."""
        return self.main.lean(hue, share).at(lightness, chroma)

    def accented(self, hue: float, share: float, lightness: float, chroma: float) -> Tone:
        """The accent hue leaning towards what the subject asks for."""
        return self.accent.lean(hue, share).at(lightness, chroma)
