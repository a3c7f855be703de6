"""Gather from the phrasebook what may be said in one variant, filled in and in the order it is tried."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from string import Formatter

from contracts.values import CopyText, PlatformName, Register
from copy_service.copywriter import Angle, CopyRequest
from copy_service.phrasebook import BOOKS
from copy_service.phrasebook.categories import category_of
from copy_service.phrasebook.foods import FOOD
from copy_service.phrasebook.model import Category, Kind, Line, Motif, lines
from copy_service.phrasebook.motifs import motif_in
from copy_service.phrasebook.products import common_hashtags, kind_of
from copy_service.phrasebook.times import Times, contradict, times_in
from copy_service.sharing import shares
from copy_service.slots import as_hashtag, product_name, spoken_values
from copy_service.wording import banned_in, in_house_style

_ON_LINES: tuple[PlatformName, ...] = ("instagram", "facebook", "x", "youtube")
_HASHTAGS: dict[PlatformName, int] = {"instagram": 5, "facebook": 2, "x": 2, "youtube": 3}
_INTRODUCED = ("opening", "about", "detail", "value", "motif", "closing", "habit")
_LED_UP_TO = ("opening", "detail", "about", "value", "motif", "closing", "habit")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A filled line. `template` is kept because a product's name may recur and a turn of phrase may not."""

    template: str
    text: str
    times: Times


GENERAL_HEADLINE = "general headline"
FEWEST_HEADLINES = 2
"""With fewer a text could not be written anew; what a direction names may all be of another time than the product."""


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that may be said in one variant, by its place; `order` is that of the places in a body.

    `motif_first`: a person asked for the motif. `again`: this variant was written before.
    """

    places: Mapping[str, tuple[Phrase, ...]]
    order: tuple[str, ...]
    hashtags: tuple[str, ...]
    joiner: str
    motif_first: bool
    again: bool
    digest: int


@dataclass(frozen=True, slots=True)
class _Theme:
    """What the brief and the direction are about."""

    motif: Motif | None
    asked: bool
    category: Category | None
    kind: Kind
    times: Times


def material(request: CopyRequest, angle: Angle) -> Material:
    """What may be said in this variant, without the brand's banned terms and in its own spelling."""
    digest, campaign = _digest(request, request.platform, request.variant_label), _digest(request)
    theme, slots = _theme(request), _slots(request, digest)
    seat = _seat(request)
    places: dict[str, tuple[Phrase, ...]] = {}
    for place, pools in _pools(request, angle, theme).items():
        said = [tuple(_sayable(pool, slots, theme, request)) for pool in pools]
        # Buttons stand in the order of what is wanted of the reader most.
        turn = 0 if place == "cta" else campaign
        places[place] = tuple(phrase for pool in said for phrase in _turned(pool, turn))
    for place in ("headline", GENERAL_HEADLINE):
        places[place] = _turned(places[place], seat)
    general = places.pop(GENERAL_HEADLINE)
    if len(places["headline"]) < FEWEST_HEADLINES:
        places["headline"] += general
    written = {text.headline for text in (*request.siblings, request.previous) if text}
    # The other variants have other angles, so a headline of this one is this variant's own.
    again = any(phrase.text in written for phrase in places["headline"])
    return Material(
        places=places if again else shares(places, seat, angle, len(request.brief.platforms), asked=theme.asked),
        order=_LED_UP_TO if request.brief.objective in ("consideration", "conversion") else _INTRODUCED,
        hashtags=_hashtags(request, theme, digest),
        joiner="\n" if request.platform in _ON_LINES else "",
        motif_first=theme.asked,
        again=again,
        digest=digest,
    )


def _theme(request: CopyRequest) -> _Theme:
    brief, direction = request.brief, request.direction or ""
    wishes = " ".join((brief.creative_direction, *brief.mood_tags))
    asked = motif_in(direction)
    category = category_of(brief.product, f"{brief.creative_direction} {direction}") or _by_kind(brief.product)
    return _Theme(
        motif=asked or motif_in(" ".join((wishes, *request.brand.tone_tags, brief.product))),
        asked=asked is not None,
        category=category,
        kind=(category.kind if category else None) or kind_of(brief.product),
        times=times_in(direction, f"{brief.product} {wishes}"),
    )


def _by_kind(product: str) -> Category | None:
    return FOOD if kind_of(product) == "food" else None


def _pools(request: CopyRequest, angle: Angle, theme: _Theme) -> dict[str, tuple[Iterable[Line], ...]]:
    """The lines of each place: those of the theme first, then the general ones."""
    book, objective = BOOKS[request.register], request.brief.objective
    own = _category_lines(theme.category, request, angle) if theme.category else {}
    named = own.get("headline", ())
    return {
        "headline": (book.motif_headlines[angle],) if theme.asked else (),
        # For when no motif was asked for, or all it has is of another time than the product's.
        GENERAL_HEADLINE: (named, book.headlines[angle]),
        "opening": (own.get("opening", ()), book.openings[angle]),
        "about": (book.abouts[objective],),
        "detail": (own.get("detail", ()),),
        "value": (book.values,),
        "motif": (_motif_lines(theme.motif, request.register),),
        "closing": (own.get("closing", ()), book.closings),
        "habit": ([line for line in book.habits if line.platforms],),
        "cta": (own.get("cta") or _ctas(book.ctas, request.platform),),
    }


def _category_lines(category: Category, request: CopyRequest, angle: Angle) -> dict[str, tuple[Line, ...]]:
    words = {"casual": category.casual, "standard": category.standard, "formal": category.formal}[request.register]
    headlines = words.questions if angle == "question" else category.headlines[angle]
    closings = words.returning if request.brief.objective == "retention" else words.closings
    return {
        "headline": lines(*headlines),
        "opening": lines(*words.openings[angle]),
        "detail": lines(*words.details),
        "closing": lines(*closings),
        "cta": lines(*words.ctas, objectives=("conversion",)) if request.brief.objective == "conversion" else (),
    }


def _motif_lines(motif: Motif | None, register: Register) -> tuple[Line, ...]:
    if motif is None:
        return ()
    return lines(*{"casual": motif.casual, "standard": motif.standard, "formal": motif.formal}[register])


def _sayable(
    pool: Iterable[Line], slots: Mapping[str, tuple[str, ...]], theme: _Theme, request: CopyRequest
) -> Iterator[Phrase]:
    objective = request.brief.objective
    themed = {**slots, "topic": theme.motif.topics, "scene": theme.motif.scenes} if theme.motif else slots
    for line in pool:
        if not line.suits(theme.kind, objective, request.platform):
            continue
        for filling in _fillings(line.text, themed):
            text = in_house_style(line.text.format(**filling), request.brand)
            times = times_in(" ".join((line.text, filling.get("topic", ""), filling.get("scene", ""))))
            if not banned_in(text, request.brand) and not contradict(times, theme.times):
                yield Phrase(line.text, text, times)


def _fillings(template: str, slots: Mapping[str, tuple[str, ...]]) -> Iterator[dict[str, str]]:
    names = {name for _, name, _, _ in Formatter().parse(template) if name}
    if not all(slots.get(name) for name in names):
        return
    # A product that carries its brand's name is not introduced by that name again.
    if {"brand", "product"} <= names and slots["brand"][0] in slots["product"][0]:
        return
    for n in range(max((len(slots[name]) for name in names), default=1)):
        yield {name: slots[name][n % len(slots[name])] for name in names}


def _slots(request: CopyRequest, digest: int) -> dict[str, tuple[str, ...]]:
    said = {
        "product": product_name(request.brief),
        "brand": request.brand.name.strip(),
        "value": spoken_values(request.brand, digest + request.seed),
    }
    return {name: (text,) for name, text in said.items() if text}


def _turned(phrases: Iterable[Phrase], steps: int) -> tuple[Phrase, ...]:
    """The same phrases, beginning so many further on."""
    pool = tuple(phrases)
    start = steps % len(pool) if pool else 0
    return pool[start:] + pool[:start]


def _seat(request: CopyRequest) -> int:
    """The platform's place in the brief, so that each has phrases of its own."""
    platforms = request.brief.platforms
    return platforms.index(request.platform) if request.platform in platforms else 0


def _ctas(pool: tuple[Line, ...], platform: PlatformName) -> tuple[Line, ...]:
    own = tuple(line for line in pool if platform in line.platforms)
    return (*own, *(line for line in pool if not line.platforms))


def _hashtags(request: CopyRequest, theme: _Theme, digest: int) -> tuple[str, ...]:
    brand = request.brand
    common = common_hashtags(theme.kind)
    start = (digest + request.seed) % len(common)
    names = (as_hashtag(in_house_style(name, brand)) for name in (product_name(request.brief), brand.name))
    themed = (each.hashtag for each in (theme.motif, theme.category) if each)
    wanted = (*names, *themed, *common[start:], *common[:start])
    tags = dict.fromkeys(tag for tag in wanted if tag and not banned_in(tag, brand))
    return tuple(tags)[: _HASHTAGS.get(request.platform, 0)]


def _digest(request: CopyRequest, *own: str) -> int:
    """A number for the campaign, or with its platform and label for one variant."""
    asked: dict[str, object] = {
        "brief": request.brief.model_dump(mode="json"),
        "brand": request.brand.model_dump(mode="json"),
        "own": own,
        "register": request.register,
        "direction": request.direction or "",
    }
    canonical = json.dumps(asked, ensure_ascii=False, sort_keys=True)
    return int.from_bytes(hashlib.sha256(canonical.encode()).digest()[:8])


def copy_text(stuff: Material, headline: Phrase, body: Iterable[Phrase], cta: Phrase, hashtags: int) -> CopyText:
    """The variant made of these phrases and so many hashtags."""
    return CopyText(
        headline=headline.text,
        body=stuff.joiner.join(phrase.text for phrase in body),
        cta=cta.text,
        hashtags=stuff.hashtags[:hashtags],
    )
