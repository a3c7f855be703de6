"""What is wrong with a request, in words that say what would be right."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gateway.openapi import Operation
from gateway.schemas.base import COLOUR, IDENTIFIER, KEY, NUMBERED, POSITION, SHA256, TIMED

NO_CURSOR = "not a cursor of this list; start without one"
PATTERNS = {
    COLOUR: "must be a colour as #rrggbb",
    IDENTIFIER: "must consist of letters, digits and . _ : -",
    KEY: "must consist of visible ASCII characters",
    NUMBERED: NO_CURSOR,
    POSITION: "not a position of this stream",
    SHA256: "must be a SHA-256 in lower-case hexadecimal digits",
    TIMED: NO_CURSOR,
}
JSON = "application/json"
LONGEST_NAME = 100

# By pydantic's name of the fault; what is in braces is the limit that it tells of.
WORDS = {
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length} items",
    "too_long": "must have at most {max_length} items",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be a JSON object",
    "uuid_parsing": "must be an id as this API gives them, such as 4f6c1f0e-8f5d-4c1b-9a57-0c7d8a3e2b10",
}
EMPTY = "must not be empty"
NO_SUCH_FIELD = "there is no such field here"

Fault = Mapping[str, Any]


def in_words(faults: Sequence[Fault], operation: Operation, content_type: str) -> list[tuple[str, str]]:
    """Each fault's path and message, without those that only follow from another."""
    unread = _unread_body(faults, operation, content_type)
    if unread is not None:
        return [("header.Content-Type", f"send the body with `Content-Type: {unread}`")]
    locations = [fault["loc"] for fault in faults]
    return [(_path(fault["loc"]), _message(fault, operation)) for fault in faults if not _follows(fault, locations)]


def _unread_body(faults: Iterable[Fault], operation: Operation, content_type: str) -> str | None:
    """The media type that the body should have been sent as, when it was sent as another and so was not read."""
    given = content_type.partition(";")[0].strip().lower()
    if operation.body is None or not any(fault["loc"][:1] == ("body",) for fault in faults):
        return None
    expected = operation.body[0]
    is_read = given == expected or (expected == JSON and given.startswith("application/") and given.endswith("+json"))
    return None if is_read else expected


def _follows(fault: Fault, locations: Sequence[tuple[int | str, ...]]) -> bool:
    """A list lacks the items that were refused, so its own length is no news."""
    own = fault["loc"]
    return fault["type"] == "too_short" and any(len(one) > len(own) and one[: len(own)] == own for one in locations)


def _message(fault: Fault, operation: Operation) -> str:
    context = fault.get("ctx", {})
    match fault["type"]:
        case "missing":
            return _missing(fault, operation)
        case "literal_error":
            return _one_of(re.findall(r"'([^']*)'", context["expected"]))
        case "extra_forbidden":
            return NO_SUCH_FIELD
        case "string_pattern_mismatch" if context["pattern"] in PATTERNS:
            return PATTERNS[context["pattern"]]
        case "model_attributes_type" | "model_type":
            return "must be a JSON object"
        case "value_error" if operation.takes_file(fault["loc"][1:]):
            return "must be a file; curl sends one as `@` and its name"
        case "value_error":
            return str(context["error"])
        case _:
            return _by_type(fault)


def _by_type(fault: Fault) -> str:
    context = fault.get("ctx", {})
    if context.get("min_length") == 1:
        return EMPTY
    return WORDS[fault["type"]].format_map(context) if fault["type"] in WORDS else fault["msg"]


def _missing(fault: Fault, operation: Operation) -> str:
    where, *location = fault["loc"]
    if where != "body":
        return "is required"
    if not location:
        return "a body is required: a JSON object"
    schema = operation.schema_at(location)
    allowed = operation.document.values(schema) if schema is not None else []
    return f"is required, and {_one_of(allowed)}" if allowed else "is required"


def _one_of(values: Iterable[str]) -> str:
    return f"must be one of {', '.join(values)}"


def _path(location: Sequence[int | str]) -> str:
    parts = location[1:] if location and location[0] == "body" else location
    return ".".join(str(part)[:LONGEST_NAME] for part in parts)
