"""Pictures at every placement of the registry, right and wrong, with the rules that must object to them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from platforms.entries import Placement
from platforms.registry import load_registry
from qa_service.domain import Judged, Picture
from qa_service.rules.figures import Figures, Labelled, as_kit
from qa_service.rules.ruleset import judge

SIZE, BYTES, FORMAT = "platform.image_size", "platform.image_bytes", "platform.image_format"
CONTRAST = "visual.contrast"
PICTURE_RULES = (CONTRAST, SIZE, BYTES, FORMAT)

# Where the registry states least or greatest sizes: what is taken, and what is not.
_RANGES = {
    "facebook.feed_square": ([(600, 600), (1080, 1080), (2000, 2000)], [(599, 599), (1080, 1350)]),
    "google.landscape": ([(600, 314), (2400, 1256)], [(598, 313), (1200, 1200)]),
    "google.square": ([(300, 300), (640, 640)], [(299, 299), (300, 250)]),
    "rakuten.first_image": ([(800, 800), (3840, 3840)], [(699, 699), (3841, 3841), (700, 900)]),
    "tiktok.in_feed_vertical": ([(540, 960), (1080, 1920)], [(539, 958), (1080, 1350)]),
    "tiktok.in_feed_square": ([(1080, 1080)], [(639, 639), (640, 480)]),
    "yahoo_japan.landscape": ([(2400, 1256)], [(1198, 627), (1200, 675)]),
    "yahoo_japan.square": ([(600, 600)], [(299, 299), (300, 250)]),
    "youtube.thumbnail": ([(640, 360), (1920, 1080)], [(638, 359), (1280, 1280)]),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One picture; `near` is the rule it is made for, `wrong` whether that rule must object. No other one may."""

    picture: Picture
    near: str
    wrong: bool


def cases() -> Iterator[Case]:
    """Four kinds of cases at each placement, and those of the ranges."""
    for platform in load_registry().platforms.values():
        for placement in platform.placements:
            right = _right(placement)
            yield from _sizes(placement, right)
            yield from _of(
                BYTES, replace(right, bytes=placement.max_bytes), replace(right, bytes=placement.max_bytes + 1)
            )
            yield from _of(
                FORMAT, replace(right, media_type=placement.formats[-1]), replace(right, media_type="image/webp")
            )
            yield from _of(CONTRAST, replace(right, contrast=450), replace(right, contrast=449))
            yield Case(replace(right, contrast=None), CONTRAST, wrong=False)


def picture_figures() -> list[Figures]:
    """Precision and recall of the four rules about pictures, each over all cases."""
    every = list(cases())
    found = [{finding.rule for finding in judge(_kit(case.picture))} for case in every]
    return [_of_rule(rule, every, found) for rule in PICTURE_RULES]


def _right(placement: Placement) -> Picture:
    size = (placement.width, placement.height, placement.max_bytes // 2)
    where = (placement.platform, placement.global_id)
    # The registry knows platforms that no brief can name.
    return Picture("picture", "0" * 64, "platform_image", placement.formats[0], *size, *where, 700)  # pyright: ignore[reportArgumentType]


def _sizes(placement: Placement, right: Picture) -> Iterator[Case]:
    yield from _of(SIZE, right, replace(right, width=placement.height * 2, height=placement.width))
    taken, refused = _RANGES.get(placement.global_id, ([], []))
    for width, height in taken:
        yield Case(replace(right, width=width, height=height), SIZE, wrong=False)
    for width, height in refused:
        yield Case(replace(right, width=width, height=height), SIZE, wrong=True)


def _of(rule: str, right: Picture, wrong: Picture) -> Iterator[Case]:
    yield Case(right, rule, wrong=False)
    yield Case(wrong, rule, wrong=True)


def _kit(picture: Picture) -> Judged:
    nothing = Labelled.model_validate(
        {"id": "nothing", "split": "dev", "near": [], "platform": "x", "wantedRegister": "standard", "text": _NO_TEXT}
    )
    return replace(as_kit(nothing), words=(), pictures=(picture,))


_NO_TEXT = {"headline": "", "body": "", "cta": ""}


def _of_rule(rule: str, every: Sequence[Case], found: Sequence[set[str]]) -> Figures:
    pairs = [(case.near == rule and case.wrong, rule in rules) for case, rules in zip(every, found, strict=True)]
    right, false, missed = (pairs.count(pair) for pair in [(True, True), (False, True), (True, False)])
    near = [case for case in every if case.near == rule]
    wrong = sum(case.wrong for case in near)
    return Figures(rule, right, false, missed, wrong, len(near) - wrong)
