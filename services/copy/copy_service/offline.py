"""The copywriter that needs no network: deterministic, free, and always within the platform's limits."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from assets.provider_errors import InvalidRequest, Spent
from contracts.values import CopyText, PlatformName
from copy_service.composition import bodies, button, faults, pick
from copy_service.copywriter import Check, CopyRequest, Written, angle_of
from copy_service.material import Material, Phrase, copy_text, material
from copy_service.wording import banned_in_copy

PHRASEBOOK = "phrasebook/3"
_TURNS = 24


class NothingLeftToSay(InvalidRequest):
    """The banned terms or the limits leave no phrase that could be said."""

    code = "NOTHING_LEFT_TO_SAY"


class OfflineCopywriter:
    """Writes from the phrasebook. `check_for` gives a platform's limits as a check of one text."""

    name = "offline"
    offline = True
    model = PHRASEBOOK

    def __init__(self, check_for: Callable[[PlatformName], Check]) -> None:
        self._check_for = check_for

    def estimate_yen(self) -> int:
        """Nothing is charged."""
        return 0

    def estimate_usd_micros(self) -> int:
        """Nothing either."""
        return 0

    async def write(self, request: CopyRequest) -> Written:
        """Raises InvalidRequest for another language than Japanese, NothingLeftToSay if no phrase may be said."""
        return Written(compose(request, self._check_for(request.platform)), Spent(None, 0))

    async def aclose(self) -> None:
        """Nothing is open."""


def compose(request: CopyRequest, check: Check) -> CopyText:
    """The variant for this request: the richest text that fits, without echoes, unlike its siblings and the last one.

    Raises InvalidRequest, NothingLeftToSay.
    """
    angle = angle_of(request.variant_label)
    if request.brief.language.lower().partition("-")[0] != "ja":
        raise InvalidRequest(
            f"the offline copywriter writes Japanese only, not {request.brief.language!r}; set up the real one"
        )
    if angle is None:
        raise InvalidRequest(f"there is no angle for the variant {request.variant_label!r}: use A to D")
    best: tuple[int, CopyText] | None = None
    for take in _takes(_fitting(material(request, angle), check), request, check):
        best = take if best is None or take[0] < best[0] else best
        if best[0] == 0:
            break
    if best is None:
        raise NothingLeftToSay("the banned terms leave no phrase that could be said")
    return best[1]


def _takes(stuff: Material, request: CopyRequest, check: Check) -> Iterator[tuple[int, CopyText]]:
    """One text a turn that fits, with what is to be said against it."""
    taken = [text for text in (*request.siblings, request.previous) if text]
    for turn in range(_TURNS):
        picked = {place: pick(stuff, place, request.seed, turn) for place in stuff.places}
        chosen = {place: phrase for place, phrase in picked.items() if phrase}
        for body, copy in _variants(stuff, chosen):
            if not check(copy) and not banned_in_copy(copy, request.brand):
                yield faults(stuff, chosen["headline"], body, copy, taken), copy
                break


def _variants(stuff: Material, chosen: dict[str, Phrase]) -> Iterator[tuple[tuple[Phrase, ...], CopyText]]:
    finished = [(body, cta) for body in bodies(stuff, chosen) if (cta := button(stuff, body, chosen["cta"]))]
    for hashtags in range(len(stuff.hashtags), -1, -1):
        for body, cta in finished:
            yield body, copy_text(stuff, chosen["headline"], body, cta, hashtags)


def _fitting(stuff: Material, check: Check) -> Material:
    """Only the phrases that fit on their own, so that every later choice has at least one way to fit."""
    sentences = [phrase for place in stuff.order for phrase in stuff.places[place]]
    shortest = [_shortest(pool) for pool in (stuff.places["headline"], sentences, stuff.places["cta"])]
    if not all(shortest):
        raise NothingLeftToSay("the banned terms leave no phrase that could be said")
    headline, sentence, cta = (phrase for phrase in shortest if phrase)
    if reasons := check(copy_text(stuff, headline, [sentence], cta, 0)):
        # A short sentence may carry a name with a sign that the platform refuses.
        fits = (one for one in sentences if not check(copy_text(stuff, headline, [one], cta, 0)))
        if (sentence := next(fits, None)) is None:
            raise NothingLeftToSay(f"no phrase fits: {'; '.join(reasons)}")

    def alone(place: str, phrase: Phrase) -> CopyText:
        if place == "headline":
            return copy_text(stuff, phrase, [sentence], cta, 0)
        if place == "cta":
            return copy_text(stuff, headline, [sentence], phrase, 0)
        return copy_text(stuff, headline, [phrase], cta, 0)

    kept = {place: tuple(p for p in pool if not check(alone(place, p))) for place, pool in stuff.places.items()}
    return replace(stuff, places=kept)


def _shortest(pool: Sequence[Phrase]) -> Phrase | None:
    return min(pool, key=lambda phrase: len(phrase.text), default=None)
