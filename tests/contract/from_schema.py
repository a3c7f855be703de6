"""Hypothesis strategies for what a JSON Schema allows, as far as the generated schemas use the language."""

from typing import Any

from hypothesis import strategies as st

from saisei_local.generated.documents import Document, Json

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
NAMES = st.text("abcdefghij-", min_size=1, max_size=6)
LEAVES = st.none() | st.booleans() | st.integers(-(2**31), 2**31) | TEXT


def values(document: Document, schema: Json) -> st.SearchStrategy[Any]:
    """Anything that fits the schema, which lies in the document."""
    return st.one_of([_alternative(document, each) for each in document.alternatives(schema)])


def _alternative(document: Document, schema: Json) -> st.SearchStrategy[Any]:
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("type") == "object":
        return _object(document, schema)
    if schema.get("type") == "array":
        return st.lists(values(document, schema["items"]), max_size=3)
    return _leaf(schema)


def _leaf(schema: Json) -> st.SearchStrategy[Any]:
    leaves = {"null": st.none(), "boolean": st.booleans(), "integer": st.integers(0, 10_000), "string": _text(schema)}
    return leaves[schema["type"]] if "type" in schema else LEAVES


def _text(schema: Json) -> st.SearchStrategy[str]:
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    formats = {"uuid": st.uuids().map(str), "date-time": st.datetimes().map(lambda moment: f"{moment.isoformat()}Z")}
    return formats.get(schema.get("format", ""), TEXT)


def _object(document: Document, schema: Json) -> st.SearchStrategy[Any]:
    named = {name: values(document, each) for name, each in schema.get("properties", {}).items()}
    required = {name: named.pop(name) for name in schema.get("required", ()) if name in named}
    fixed = st.fixed_dictionaries(required, optional=named)
    others = schema.get("additionalProperties", not schema.get("properties"))
    if others is False or (others is True and schema.get("properties")):
        return fixed
    return st.dictionaries(NAMES, LEAVES if others is True else values(document, others), max_size=3)


def with_unknown_fields(document: Document, schema: Json | bool, value: Any) -> Any:
    """The same value with one field more in every object that has fields. Maps, whose keys are data, gain none."""
    kind = {dict: "object", list: "array"}.get(type(value))
    found = [each for each in document.alternatives(schema) if each.get("type") == kind]
    if kind is None or not found:
        return value
    if kind == "array":
        return [with_unknown_fields(document, found[0].get("items", True), each) for each in value]
    fields, others = found[0].get("properties", {}), found[0].get("additionalProperties", True)
    known = {name: with_unknown_fields(document, fields.get(name, others), each) for name, each in value.items()}
    return known | ({"addedLater": {"by": "somebody"}} if fields else {})
