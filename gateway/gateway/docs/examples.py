"""Plausible values out of a schema's examples, enumerations, defaults and types."""

from typing import Any

from gateway.openapi import Document, Schema
from gateway.schemas import samples

BY_FORMAT = {"date-time": samples.MOMENT, "uuid": samples.CASCADE_ID}
MISSING = object()


def answer(document: Document, schema: Schema) -> Any:
    """A whole answer; what has no example and may be null is null."""
    return _value(document, schema, whole=True, above=())


def requests(document: Document, schema: Schema) -> list[Any]:
    """The bodies that a schema names as examples, or else one with whatever has an example, a default or no choice."""
    named = document.resolved(schema).get("examples")
    return (
        [_in_order(document, schema, one) for one in named]
        if named
        else [_value(document, schema, whole=False, above=())]
    )


def _value(document: Document, schema: Schema, *, whole: bool, above: tuple[str, ...]) -> Any:
    title = document.resolved(schema).get("title", "")
    named = _named(document, schema)
    if named is not MISSING:
        return _in_order(document, schema, named)
    kind = document.alternatives(schema)[0]
    if "properties" in kind:
        return _object(document, kind, whole=whole, above=(*above, title))
    if kind.get("type") == "array":
        items = kind.get("items", {})
        recurs = not items or document.resolved(items).get("title") in above
        return [] if recurs else [_value(document, items, whole=whole, above=above)]
    return _plain(kind)


def _named(document: Document, schema: Schema) -> Any:
    """The first example, enumerated value or default that tells something."""
    whole = document.resolved(schema)
    choices = document.alternatives(schema)
    for one in (whole, *choices):
        if one.get("examples"):
            return one["examples"][0]
    if values := document.values(schema):
        return whole.get("default", values[0])
    default = whole.get("default")
    return MISSING if default in (None, "", []) else default


def _object(document: Document, schema: Schema, *, whole: bool, above: tuple[str, ...]) -> dict[str, Any]:
    required = schema.get("required", ())
    shown: dict[str, Any] = {}
    for name, one in schema["properties"].items():
        if name in required or not _is_nullable(document, one) or _has_examples(document, one):
            shown[name] = _value(document, one, whole=whole, above=above)
        elif whole:
            shown[name] = _nested(document, one, above)
    return shown


def _nested(document: Document, schema: Schema, above: tuple[str, ...]) -> Any:
    """An optional object is shown, so that a reader sees what it may hold; an optional plain value is null."""
    choices = document.alternatives(schema)
    if not choices or "properties" not in choices[0]:
        return None
    return _value(document, schema, whole=True, above=above)


def _in_order(document: Document, schema: Schema, value: Any) -> Any:
    """An example with its fields as the schema has them; the document sorts them by name."""
    kind = next(iter(document.alternatives(schema)), {})
    if isinstance(value, list) and "items" in kind:
        return [_in_order(document, kind["items"], one) for one in value]
    if not isinstance(value, dict):
        return value
    properties = kind.get("properties", {})
    names = sorted(value, key=lambda name: list(properties).index(name) if name in properties else len(properties))
    return {name: _in_order(document, properties.get(name, {}), value[name]) for name in names}


def _has_examples(document: Document, schema: Schema) -> bool:
    return any("examples" in one for one in (document.resolved(schema), *document.alternatives(schema)))


def _is_nullable(document: Document, schema: Schema) -> bool:
    resolved = document.resolved(schema)
    return resolved.get("type") == "null" or any(one.get("type") == "null" for one in resolved.get("anyOf", ()))


def _plain(schema: Schema) -> Any:
    match schema.get("type"):
        case "string":
            return BY_FORMAT.get(schema.get("format", ""), "…" if schema.get("minLength") else "")
        case "integer" | "number":
            return schema.get("minimum", 0)
        case "boolean":
            return False
        case "array":
            return []
        case "object":
            return {}
        case _:
            return None
