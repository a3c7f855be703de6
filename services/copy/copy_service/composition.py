"""Put a variant together from the phrasebook: which phrases may be said, and in which order they are tried."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from string import Formatter

from contracts.values import CopyText, PlatformName
from copy_service.copywriter import Angle, CopyRequest
from copy_service.phrasebook import BOOKS
from copy_service.phrasebook.model import Line, Motif, lines
from copy_service.phrasebook.motifs import motif_in
from copy_service.phrasebook.products import common_hashtags, kind_of
from copy_service.slots import addressed, as_hashtag, product_name, spoken_values
from copy_service.wording import banned_in, in_house_style

_PARTS = ("opening", "about", "value", "motif", "closing", "habit")
_ON_LINES: tuple[PlatformName, ...] = ("instagram", "facebook", "x", "youtube")
_HASHTAGS: dict[PlatformName, int] = {"instagram": 5, "facebook": 2, "x": 2, "youtube": 3}
# Five characters in common read as a repetition, unless they are only the polite end of a sentence.
_ECHO = 5
_POLITE_END = re.compile(
    r"(いたし|でござい|ござい|おり|してい|てい)?(ます|ません|です|ください|くださいませ|でしょうか)(か|ね)?。"
)
# One mention of each is enough for a text of five sentences.
_ONCE = ("{brand}", "{to}", "{audience}", "季節")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A filled line. `template` is kept because a product's name may recur and a turn of phrase may not."""

    template: str
    text: str


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that may be said in one variant, by its place. `motif_first`: a person asked for the motif."""

    places: Mapping[str, tuple[Phrase, ...]]
    hashtags: tuple[str, ...]
    joiner: str
    motif_first: bool
    digest: int


def material(request: CopyRequest, angle: Angle) -> Material:
    """What may be said in this variant, without the brand's banned terms and in its own spelling."""
    digest = _digest(request)
    book, brief = BOOKS[request.register], request.brief
    asked = motif_in(request.direction or "")
    motif = asked or motif_in(" ".join((brief.creative_direction, *brief.mood_tags, *request.brand.tone_tags)))
    places: dict[str, Iterable[Line]] = {
        "headline": book.motif_headlines[angle] if asked else book.headlines[angle],
        "opening": book.openings[angle],
        "about": book.abouts[brief.objective],
        "value": book.values,
        "motif": lines(*_sentences(motif, request)) if motif else (),
        "closing": book.closings,
        "habit": [line for line in book.habits if line.platforms],
        "cta": _ctas(book.ctas, request.platform),
    }
    slots = _slots(request, motif, digest)
    sayable = {place: tuple(_sayable(pool, slots, request)) for place, pool in places.items()}
    joiner = "\n" if request.platform in _ON_LINES else ""
    return Material(sayable, _hashtags(request, motif, digest), joiner, asked is not None, digest)


def pick(stuff: Material, place: str, seed: int, turn: int) -> Phrase | None:
    """The phrase for a place at this seed. Headlines go round in order, so the next seed has the next headline."""
    pool = stuff.places[place]
    if not pool:
        return None
    if place == "headline":
        return pool[(stuff.digest + seed + turn) % len(pool)]
    mixed = hashlib.sha256(f"{stuff.digest}/{seed}/{place}/{turn}".encode()).digest()
    return pool[int.from_bytes(mixed[:8]) % len(pool)]


def bodies(stuff: Material, chosen: Mapping[str, Phrase]) -> list[tuple[Phrase, ...]]:
    """Every way to say some of the chosen phrases, richest first: asked-for motif, product, angle, then length."""
    places = [place for place in _PARTS if place in chosen]

    def richness(kept: tuple[str, ...]) -> tuple[bool, bool, bool, int]:
        motif = stuff.motif_first and "motif" in kept
        return motif, "about" in kept, "opening" in kept, sum(len(chosen[place].text) for place in kept)

    subsets = (kept for size in range(1, len(places) + 1) for kept in combinations(places, size))
    return [tuple(chosen[place] for place in kept) for kept in sorted(subsets, key=richness, reverse=True)]


def copy_text(stuff: Material, headline: Phrase, body: Iterable[Phrase], cta: Phrase, hashtags: int) -> CopyText:
    """The variant made of these phrases and so many hashtags."""
    return CopyText(
        headline=headline.text,
        body=stuff.joiner.join(phrase.text for phrase in body),
        cta=cta.text,
        hashtags=stuff.hashtags[:hashtags],
    )


def lacks(stuff: Material, body: Iterable[Phrase]) -> int:
    """How many of the two sentences that carry a variant, its angle and its product, are missing from this body."""
    said = set(body)
    return sum(1 for place in ("opening", "about") if stuff.places[place] and not said & set(stuff.places[place]))


def echoes(phrases: Iterable[Phrase]) -> int:
    """How many pairs of phrases share a turn of phrase."""
    grams = [_grams(phrase.template) for phrase in phrases]
    return sum(1 for one, other in combinations(grams, 2) if one & other)


def _grams(template: str) -> set[str]:
    fixed = [_POLITE_END.sub("", text) for text, *_ in Formatter().parse(template)]
    named = {word for word in _ONCE if word in template}
    return named | {text[n : n + _ECHO] for text in fixed for n in range(len(text) - _ECHO + 1)}


def _sayable(pool: Iterable[Line], slots: Mapping[str, tuple[str, ...]], request: CopyRequest) -> Iterator[Phrase]:
    kind, objective = kind_of(request.brief.product), request.brief.objective
    for line in pool:
        if not line.suits(kind, objective, request.platform):
            continue
        for filling in _fillings(line.text, slots):
            text = in_house_style(line.text.format(**filling), request.brand)
            if not banned_in(text, request.brand):
                yield Phrase(line.text, text)


def _fillings(template: str, slots: Mapping[str, tuple[str, ...]]) -> Iterator[dict[str, str]]:
    names = {name for _, name, _, _ in Formatter().parse(template) if name}
    if not all(slots[name] for name in names):
        return
    # A product that carries its brand's name is not introduced by that name again.
    if {"brand", "product"} <= names and slots["brand"][0] in slots["product"][0]:
        return
    for n in range(max((len(slots[name]) for name in names), default=1)):
        yield {name: slots[name][n % len(slots[name])] for name in names}


def _slots(request: CopyRequest, motif: Motif | None, digest: int) -> dict[str, tuple[str, ...]]:
    reader = addressed(request.brief.target_audience, request.register, BOOKS[request.register])
    return {
        "product": _some(product_name(request.brief)),
        "brand": _some(request.brand.name.strip()),
        "audience": _some(reader.audience if reader else None),
        "to": _some(reader.to if reader else None),
        "value": _some(spoken_values(request.brand, digest + request.seed)),
        "topic": motif.topics if motif else (),
        "scene": motif.scenes if motif else (),
    }


def _some(text: str | None) -> tuple[str, ...]:
    return (text,) if text else ()


def _sentences(motif: Motif, request: CopyRequest) -> tuple[str, ...]:
    return {"casual": motif.casual, "standard": motif.standard, "formal": motif.formal}[request.register]


def _ctas(pool: tuple[Line, ...], platform: PlatformName) -> tuple[Line, ...]:
    own = tuple(line for line in pool if platform in line.platforms)
    return (*own, *(line for line in pool if not line.platforms))


def _hashtags(request: CopyRequest, motif: Motif | None, digest: int) -> tuple[str, ...]:
    brand = request.brand
    common = common_hashtags(kind_of(request.brief.product))
    start = (digest + request.seed) % len(common)
    names = (as_hashtag(in_house_style(name, brand)) for name in (product_name(request.brief), brand.name))
    wanted = (*names, motif.hashtag if motif else None, *common[start:], *common[:start])
    tags = dict.fromkeys(tag for tag in wanted if tag and not banned_in(tag, brand))
    return tuple(tags)[: _HASHTAGS.get(request.platform, 0)]


def _digest(request: CopyRequest) -> int:
    asked: dict[str, object] = {
        "brief": request.brief.model_dump(mode="json"),
        "brand": request.brand.model_dump(mode="json"),
        "platform": request.platform,
        "label": request.variant_label,
        "register": request.register,
        "direction": request.direction or "",
    }
    canonical = json.dumps(asked, ensure_ascii=False, sort_keys=True)
    return int.from_bytes(hashlib.sha256(canonical.encode()).digest()[:8])
