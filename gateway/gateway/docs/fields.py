"""What a request takes, as rows of a table: parameters, then the body's fields."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.openapi import Document, Operation, Schema
from gateway.schemas.base import COLOUR

LONGEST_ENUMERATION = 20
BOUNDLESS = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Field:
    """One row."""

    name: str
    place: str
    type: str
    required: bool
    meaning: str


def fields(operation: Operation) -> list[Field]:
    """Parameters in the document's order, then the body's fields with dotted names."""
    document = operation.document
    rows = [
        Field(
            name=one["name"].title() if one["in"] == "header" else one["name"],
            place=one["in"],
            type=in_words(document, one["schema"]),
            required=one.get("required", False),
            meaning=_meaning(one, document.resolved(one["schema"])),
        )
        for one in operation.content.get("parameters", ())
    ]
    if operation.body is not None:
        rows += _body_fields(document, operation.body[1], "", required=True)
    return rows


def in_words(document: Document, schema: Schema) -> str:
    """A schema's type and bounds."""
    words = [_one(document, choice) for choice in document.alternatives(schema)]
    return " or ".join(dict.fromkeys(words)) or "null"


def _body_fields(document: Document, schema: Schema, prefix: str, *, required: bool) -> Iterator[Field]:
    content = document.alternatives(schema)[0]
    for name, one in content.get("properties", {}).items():
        is_required = required and name in content.get("required", ())
        kind = document.alternatives(one)[0]
        yield Field(f"{prefix}{name}", "body", in_words(document, one), is_required, _meaning(one, kind))
        items = document.resolved(kind.get("items", {}))
        if "properties" in kind:
            yield from _body_fields(document, kind, f"{prefix}{name}.", required=is_required)
        elif "properties" in items:
            yield from _body_fields(document, items, f"{prefix}{name}[].", required=True)


def _meaning(outer: Schema, inner: Schema) -> str:
    text = outer.get("description") or inner.get("description", "")
    default = outer.get("default", inner.get("default"))
    default = outer.get("schema", {}).get("default", default)
    if default in (None, "", [], {}) or isinstance(default, dict):
        return text
    shown = str(default).lower() if isinstance(default, bool) else default
    return f"{text} Default: {shown}.".strip()


def _one(document: Document, schema: Schema) -> str:
    values = document.values(schema)
    if 0 < len(values) <= LONGEST_ENUMERATION:
        return f"one of {', '.join(map(str, values))}" if len(values) > 1 else str(values[0])
    match schema.get("type"):
        case "string":
            return _text(schema)
        case "integer" | "number":
            return f"whole number{_bounds(schema, 'minimum', 'maximum')}"
        case "boolean":
            return "true or false"
        case "array":
            return f"list{_bounds(schema, 'minItems', 'maxItems')} of {in_words(document, schema.get('items', {}))}"
        case "object":
            return "object"
        case _:
            return "anything"


def _text(schema: Schema) -> str:
    if "contentMediaType" in schema:
        return "file"
    if schema.get("pattern") == COLOUR:
        return "colour as #rrggbb"
    named = {"uuid": "UUID", "date-time": "date and time"}.get(schema.get("format", ""))
    return named or f"text{_bounds(schema, 'minLength', 'maxLength', ' characters')}"


def _bounds(schema: Schema, least: str, most: str, unit: str = "") -> str:
    low, high = schema.get(least), schema.get(most)
    if low is None and high is None:
        return ""
    # FastAPI writes whole bounds as 1.0.
    least_of, most_of = f"{int(low or 0):,}", f"{int(high or 0):,}"
    if high is None or high >= BOUNDLESS:
        return f" from {least_of}{unit}"
    return f", {least_of} to {most_of}{unit}" if low is not None else f" up to {most_of}{unit}"
