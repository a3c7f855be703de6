"""One phrase, one legal charge: where legal rules object to the same words, the gravest one speaks."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from contracts.values import CopyText
from qa_service.domain import TEXT_FIELDS, Finding, Words, field_text

GRAVEST_FIRST = ("legal.medical", "legal.guarantee", "legal.number_one", "legal.superlative")


def charged_once(found: Sequence[Finding], words: Sequence[Words]) -> list[Finding]:
    """The findings in their order, without legal ones whose every place overlaps a graver rule's."""
    texts = {one.asset_id: one.text for one in words}
    by_field: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for one in found:
        if one.rule in GRAVEST_FIRST:
            by_field[one.target, one.field].append(one)
    dropped = {one for (target, field), some in by_field.items() for one in _lesser(some, _whole(texts[target], field))}
    return [one for one in found if one not in dropped]


def _lesser(some: Sequence[Finding], whole: str) -> Iterator[Finding]:
    taken = bytearray(len(whole))
    for rule in GRAVEST_FIRST:
        kept: list[tuple[int, int]] = []
        for one in (one for one in some if one.rule == rule):
            places = list(_places(whole, one.quote))
            if all(any(taken[start:end]) for start, end in places):
                yield one
            else:
                kept += places
        for start, end in kept:
            taken[start:end] = b"\x01" * (end - start)


def _whole(text: CopyText, name: str) -> str:
    return next(field_text(text, field) for field in TEXT_FIELDS if field == name)


def _places(whole: str, quote: str) -> Iterator[tuple[int, int]]:
    at = whole.find(quote)
    while at >= 0:
        yield at, at + len(quote)
        at = whole.find(quote, at + 1)
