"""How a picture is staged: what the words leave open is decided by the seed, so that a new seed looks new."""

from collections.abc import Mapping
from dataclasses import dataclass

from image_service.painting.colour import Tone
from image_service.painting.palette import Scheme
from image_service.painting.reading import VIEWS, Reading

PALE, DEEP, WARM, ACCENT = range(4)
_BACKDROPS: Mapping[str, tuple[str, ...]] = {
    "hero": ("panes", "arch", "blocks", "fronds"),
    "lifestyle": ("window",),
    "wide": ("open",),
    "macro": ("bokeh",),
    "graphic": ("blocks",),
    "outdoor": ("open",),
    "minimal": ("plain", "fronds"),
}
_FREE_VIEWS = ("hero", "lifestyle", "graphic", "hero", "topdown", "minimal", "macro")
_PROPS: Mapping[str, tuple[str, ...]] = {
    "coffee": ("beans", "vase", "sweet", "leaves"),
    "tea": ("sweet", "vase", "leaves", "jar"),
    "juice": ("fruit", "vase", "leaves"),
    "cosmetics": ("vase", "stones", "leaves"),
    "bread": ("vase", "jar", "leaves"),
    "wagashi": ("vase", "leaves"),
    "sweets": ("vase", "leaves", "jar"),
    "fruit": ("leaves", "vase", "jar"),
    "package": ("stones", "vase", "leaves"),
}
FORMS = 3


@dataclass(frozen=True, slots=True)
class Direction:
    """Every choice of one still life. `form` picks among a product's shapes, `emphasis` among the uses of colour."""

    subject: str
    place: str
    hour: str
    view: str
    backdrop: str
    vessel: str | None
    prop: str
    form: int
    emphasis: int
    mirrored: bool
    cold: bool
    rain: bool
    milky: bool
    roasted: bool


def direct(reading: Reading, subject: str, seed: int) -> Direction:
    """Stage a product. Seeds next to each other differ in colour, prop and form, and every second one in its side."""
    view = reading.view or _free_view(reading, seed)
    hour = reading.hour or _open_hour(reading, view, seed)
    props = _PROPS[subject]
    # Two pictures of one campaign, whose views differ, also part company where their seeds happen to agree.
    turn = seed + VIEWS.index(view)
    return Direction(
        subject=subject,
        place=reading.place or _open_place(view, hour, seed),
        hour=hour,
        view=view,
        backdrop=_backdrop(reading, view, seed),
        vessel=reading.vessel,
        prop=props[(turn + turn // 8) % len(props)],
        form=(turn + turn // 4) % FORMS,
        emphasis=turn % 4,
        mirrored=(turn + turn // 4) % 2 == 1,
        cold=reading.cold,
        rain=reading.rain,
        milky=reading.milky,
        roasted=reading.roasted,
    )


def _free_view(reading: Reading, seed: int) -> str:
    if reading.window:
        return ("lifestyle", "hero")[seed % 2]
    if reading.place or reading.hour:
        return ("outdoor", "hero", "lifestyle")[seed % 3]
    return _FREE_VIEWS[seed % len(_FREE_VIEWS)]


def _open_place(view: str, hour: str, seed: int) -> str:
    """Where no place is named: the city only in the evening, when its windows are lit."""
    near = "city" if hour in ("dusk", "night") else "sky"
    return ("mountain", "sea" if view in ("wide", "outdoor") else near, near)[(seed + seed // 4) % 3]


def _open_hour(reading: Reading, view: str, seed: int) -> str:
    """Where no hour is named: outdoors every one that has a sun, otherwise mostly day."""
    if view in ("outdoor", "wide"):
        return ("dusk", "morning", "day")[seed % 3]
    return ("day", "morning", "day", "day", "dusk")[seed % 5] if not reading.rain else "day"


def _backdrop(reading: Reading, view: str, seed: int) -> str:
    if view == "hero" and reading.window:
        return "window"
    if view == "hero" and reading.place:
        return ("open", "window")[seed // 2 % 2]
    if view == "macro" and reading.place:
        return "open"
    kinds = _BACKDROPS.get(view, ("plain",))
    return kinds[(seed + seed // 16) % len(kinds)]


def wall_tone(scheme: Scheme, emphasis: int) -> Tone:
    """The colour that fills most of the picture."""
    return {
        PALE: scheme.ground(0.89, 0.05),
        DEEP: scheme.main.at(min(0.52, max(0.38, scheme.main.lightness)), min(scheme.main.chroma, 0.09)),
        WARM: Tone(0.92, 0.022, 80).mix(scheme.accent, 0.13),
        ACCENT: scheme.spark(0.83, 0.085),
    }[emphasis]
