"""Whether a copy variant fits its platform, and if not, what to tell the one who wrote it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from contracts.values import CopyText
from platforms.counting import ANY_LINK, count, occurrences
from platforms.entries import Banned, CopyPart, Counting, Platform, TextRule

_UNITS: dict[Counting, str] = {
    "x_weighted": "weighted characters (Japanese counts 2, a link 23)",
    "google_width": "half-width characters (full-width counts 2)",
    "yahoo_width": "half-width characters (full-width counts 3)",
    "chars": "characters",
}
_BANNED: dict[Banned, str] = {"link": "a link", "at_sign": "an @ sign", "hash_sign": "a # sign"}


@dataclass(frozen=True, slots=True)
class Violation:
    """One limit that a copy variant breaks.

    `field` is the part of our copy to change; `way` how it was counted, where `items` counts things and not text;
    `text` a sentence that can be sent back to a model.
    """

    field: CopyPart
    way: Counting | Literal["items"]
    counted: int
    maximum: int
    text: str


def violations(copy: CopyText, platform: Platform) -> list[Violation]:
    """Every limit of the platform that this copy breaks; empty if it fits."""
    return [*_over_long(copy, platform), *_too_many_hashtags(copy, platform), *_banned(copy, platform)]


def field_value(copy: CopyText, rule: TextRule) -> str:
    """The text that would stand in the platform's field: the rule's parts and links, with a space between."""
    parts = [_part(copy, part) for part in rule.parts] + [ANY_LINK] * rule.links
    return " ".join(part for part in parts if part)


def _over_long(copy: CopyText, platform: Platform) -> Iterator[Violation]:
    for rule in platform.text:
        counted = count(field_value(copy, rule), rule.counting) if rule.parts else 0
        if counted > rule.max:
            text = _over_long_text(rule, counted, platform.label)
            yield Violation(rule.parts[0], rule.counting, counted, rule.max, text)


def _over_long_text(rule: TextRule, counted: int, label: str) -> str:
    who = " + ".join([*rule.parts, *["link"] * rule.links])
    where = f"{label} {rule.field.replace('_', ' ')}{', our own limit' if rule.house else ''}"
    return f"{who}: {counted} {_UNITS[rule.counting]} of at most {rule.max} ({where})"


def _too_many_hashtags(copy: CopyText, platform: Platform) -> Iterator[Violation]:
    rule = platform.hashtags
    if rule is None or len(copy.hashtags) <= rule.max_count:
        return
    counted, own = len(copy.hashtags), ", our own limit" if rule.house else ""
    text = f"hashtags: {counted} of at most {rule.max_count} ({platform.label}{own})"
    yield Violation("hashtags", "items", counted, rule.max_count, text)


def _banned(copy: CopyText, platform: Platform) -> Iterator[Violation]:
    for ban in platform.bans:
        for part in ban.parts:
            for banned in ban.banned:
                if counted := occurrences(_part(copy, part), banned):
                    text = f"{part}: has {_BANNED[banned]}, which {platform.label} does not take"
                    yield Violation(part, "items", counted, 0, text)


def _part(copy: CopyText, part: CopyPart) -> str:
    return " ".join(copy.hashtags) if part == "hashtags" else getattr(copy, part)
