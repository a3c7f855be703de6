"""Put a variant together: which of the phrases that may be said are tried, in which order, and how they stand."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from string import Formatter

from contracts.values import CopyText
from copy_service.actions import agree
from copy_service.material import Material, Phrase
from copy_service.phrasebook.times import contradict
from copy_service.repetition import repeats

# What carries a variant and should not be missing: its angle, its product, and what one sees or tastes of it.
_CARRIES = ("opening", "about", "detail")
# Five characters in common read as a repetition, unless they are only the polite end of a sentence.
_ECHO = 5
_POLITE_END = re.compile(
    r"(いたし|でござい|ござい|おり|してい|てい)?(ます|ません|です|ください|くださいませ|でしょうか)(か|ね)?。"
)
_CHUMMY_END = re.compile(r"[よねな][。？]")
# One mention of each is enough for a text of five sentences.
_ONCE = ("{brand}", "季節", "ていねい", "まっすぐ", "楽しみ", "ひととき", "彩り")
_CLASH, _SAID_BEFORE, _ECHOES, _SAME = 5, 3, 2, 100


def pick(stuff: Material, place: str, seed: int, turn: int) -> Phrase | None:
    """The phrase for a place at this turn.

    A campaign's first texts have the headlines in order, so that its platforms rarely say the same; a variant that is
    written again gets what the seed says.
    """
    pool = stuff.places[place]
    if not pool:
        return None
    if not stuff.again and place == "headline":
        return pool[0]
    if not stuff.again and place == "opening":
        return pool[turn % len(pool)]
    if place == "headline":
        return pool[(stuff.digest + seed + turn) % len(pool)]
    mixed = hashlib.sha256(f"{stuff.digest}/{seed}/{place}/{turn}".encode()).digest()
    # Of two draws the foremost, because what is nearest to the product stands first.
    return pool[min(int.from_bytes(mixed[n : n + 8]) % len(pool) for n in (0, 8))]


def bodies(stuff: Material, chosen: Mapping[str, Phrase]) -> list[tuple[Phrase, ...]]:
    """Every way to say some of the chosen phrases without a word twice in a row, the richest first.

    Rich is what has the asked-for motif, then what carries a variant, then length.
    """
    places = [place for place in stuff.order if place in chosen]

    def richness(kept: tuple[str, ...]) -> tuple[bool, bool, bool, bool, int]:
        motif = stuff.motif_first and "motif" in kept
        length = sum(len(chosen[place].text) for place in kept)
        return motif, "about" in kept, "detail" in kept, "opening" in kept, length

    subsets = (kept for size in range(1, len(places) + 1) for kept in combinations(places, size))
    ordered = (tuple(chosen[place] for place in kept) for kept in sorted(subsets, key=richness, reverse=True))
    return [body for body in ordered if not repeats([phrase.template for phrase in body])]


def button(stuff: Material, body: Sequence[Phrase], chosen: Phrase) -> Phrase | None:
    """The button that offers what the end of a body asks for, `chosen` if it does; None if there is none."""
    ends = {*stuff.places["closing"], *stuff.places["habit"]}
    asking = [phrase.template for phrase in body if phrase in ends or phrase is body[-1]]
    return next((cta for cta in (chosen, *stuff.places["cta"]) if agree(asking, cta.template)), None)


def faults(stuff: Material, headline: Phrase, body: Sequence[Phrase], copy: CopyText, taken: Iterable[CopyText]) -> int:
    """What is to be said against a text; being like one of those taken weighs more than any echo."""
    others = list(taken)
    same = sum((copy.headline == text.headline) + (copy.body == text.body) for text in others)
    before = sum(phrase.text in text.body for phrase in body for text in others)
    pairs = list(combinations([headline, *body], 2))
    clashes = sum(contradict(one.times, other.times) for one, other in pairs)
    echoes = sum(bool(_grams(one.template) & _grams(other.template)) for one, other in pairs)
    return _SAME * same + _SAID_BEFORE * before + _CLASH * clashes + _ECHOES * echoes + _lacks(stuff, body)


def _lacks(stuff: Material, body: Sequence[Phrase]) -> int:
    said = set(body)
    return sum(1 for place in _CARRIES if stuff.places[place] and not said & set(stuff.places[place]))


def _grams(template: str) -> set[str]:
    fixed = [_POLITE_END.sub("", text) for text, *_ in Formatter().parse(template)]
    named = {word for word in _ONCE if word in template} | set(_CHUMMY_END.findall(template[-2:]))
    return named | {text[n : n + _ECHO] for text in fixed for n in range(len(text) - _ECHO + 1)}
