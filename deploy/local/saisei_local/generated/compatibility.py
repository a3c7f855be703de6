"""Which changes of a JSON Schema break somebody.

There are two sides to a schema. What is *accepted* must go on being accepted: messages and requests that fitted the old
schema must fit the new one, because they are still under way, or wait in a dead-letter queue, or come from callers who
were not updated. What is *sent* must go on being understood: whoever was written for the old schema reads the new
messages. An event is both, since our own services read old ones; a command and a request body are accepted; a
response is sent.

- A removed property is breaking on either side: a reader misses it, or what a sender still says in it is lost.
- A newly required property is breaking where accepted; one that is no longer required, where sent.
- A narrower type, enum, pattern or bound is breaking where accepted; a wider type, pattern or bound, where sent.
- One thing may widen where sent: an enum may gain values. Kinds of assets and platforms will be added, so a reader
  must expect a value it does not know.
- New optional properties break nobody: unknown fields are ignored. Titles, descriptions and defaults are not compared.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from saisei_local.generated.documents import Document, Json

LOWER_BOUNDS = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER_BOUNDS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
ANYTHING = "anything"
WIDER = defaultdict(lambda: (ANYTHING,), {"integer": ("number", ANYTHING)})
EXACT = ("pattern", "format", "multipleOf", "uniqueItems", "contentMediaType")


@dataclass(frozen=True)
class Sides:
    """Who depends on a schema: we accept what fits it, we send what fits it, or both."""

    accepted: bool
    sent: bool


ACCEPTED = Sides(accepted=True, sent=False)
SENT = Sides(accepted=False, sent=True)
BOTH = Sides(accepted=True, sent=True)


@dataclass(frozen=True)
class Place:
    """A pair of schemas under comparison, and where in the documents they are."""

    old: Document
    new: Document
    sides: Sides
    path: str = ""
    seen: frozenset[tuple[str, str]] = frozenset()

    def at(self, step: str) -> "Place":
        """One step further down."""
        return replace(self, path=f"{self.path}{step}")


def breaking(place: Place, old: Json | bool, new: Json | bool) -> Iterator[str]:
    """Every breaking difference between two schemas, as `path: what happened`."""
    references = (_reference(old), _reference(new))
    if (old is True and new is True) or (any(references) and references in place.seen):
        return
    place = replace(place, seen=place.seen | {references})
    before, after = place.old.alternatives(old), place.new.alternatives(new)
    for schema in before:
        match = _counterpart(schema, after)
        if match is not None:
            yield from _breaking_alternative(place, schema, match)
        elif place.sides.accepted:
            yield f"{place.path}: {_kind(schema)} is no longer allowed"
    if place.sides.sent:
        for schema in after:
            if _counterpart(schema, before) is None:
                yield f"{place.path}: may now be {_kind(schema)}"


def _reference(schema: Json | bool) -> str:
    return "" if isinstance(schema, bool) else schema.get("$ref", "")


def _kind(schema: Json) -> str:
    return schema.get("type", ANYTHING)


def _counterpart(schema: Json, others: list[Json]) -> Json | None:
    """The alternative that takes the same type; among several objects or enums, the one that is most alike."""
    fitting = [other for other in others if _kind(schema) == _kind(other) or _kind(other) in WIDER[_kind(schema)]]
    return max(fitting, key=lambda other: _likeness(schema, other), default=None)


def _likeness(one: Json, other: Json) -> tuple[bool, int]:
    shared = set(one.get("properties", {})) & set(other.get("properties", {}))
    return one.get("title") == other.get("title"), len(shared) + len(set(_values(one)) & set(_values(other)))


def _values(schema: Json) -> list[Any]:
    return [schema["const"]] if "const" in schema else schema.get("enum", [])


def _breaking_alternative(place: Place, old: Json, new: Json) -> Iterator[str]:
    yield from _breaking_values(place, old, new)
    yield from _breaking_limits(place, old, new)
    yield from _breaking_properties(place, old, new)
    yield from breaking(place.at("[]"), old.get("items", True), new.get("items", True))
    if (others := old.get("additionalProperties", True)) is not False:
        yield from breaking(place.at("{}"), others, new.get("additionalProperties", True))
    before, after = old.get("prefixItems", []), new.get("prefixItems", [])
    for number, (one, other) in enumerate(zip(before, after, strict=False)):
        yield from breaking(place.at(f"[{number}]"), one, other)


def _breaking_values(place: Place, old: Json, new: Json) -> Iterator[str]:
    before, after = _values(old), _values(new)
    if place.sides.accepted and after:
        gone = [value for value in before if value not in after]
        yield from (f"{place.path}: the value {value!r} was removed" for value in gone)
        if not before:
            yield f"{place.path}: only certain values are allowed now"
    if place.sides.sent and before and not after:
        yield f"{place.path}: any value may come now"


def _breaking_limits(place: Place, old: Json, new: Json) -> Iterator[str]:
    for keyword in (*LOWER_BOUNDS, *UPPER_BOUNDS, *EXACT):
        before, after = old.get(keyword), new.get(keyword)
        tighter = place.sides.accepted and _tighter(keyword, before, after)
        looser = place.sides.sent and _tighter(keyword, after, before)
        if tighter or looser:
            yield f"{place.path}: {keyword} is now {after!r}, was {before!r}"


def _tighter(keyword: str, before: Any, after: Any) -> bool:
    """True when something could satisfy `before` and not `after`."""
    if after is None or before == after:
        return False
    if before is None or keyword in EXACT:
        return True
    return after > before if keyword in LOWER_BOUNDS else after < before


def _breaking_properties(place: Place, old: Json, new: Json) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    for name, schema in before.items():
        if name in after:
            yield from breaking(place.at(f".{name}"), schema, after[name])
        else:
            yield f"{place.path}.{name}: removed"
    demanded, promised = set(new.get("required", [])), set(old.get("required", []))
    if place.sides.accepted:
        yield from (f"{place.path}.{name}: newly required" for name in sorted(demanded - promised))
    if place.sides.sent:
        kept = (promised - demanded) & set(after)
        yield from (f"{place.path}.{name}: no longer always there" for name in sorted(kept))
