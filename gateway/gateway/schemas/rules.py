"""Which fields of a body go together, as JSON Schema: what the routes refuse, said where clients can read it."""

from collections.abc import Iterator, Sequence
from typing import Any

from contracts.values import VARIANT_LABELS

Rule = dict[str, Any]

NULL: Rule = {"type": "null"}


def any_of(*rules: Rule) -> Rule:
    """The keyword for a model's schema. Within allOf, because an anyOf of its own would stand for other types."""
    return {"allOf": [{"anyOf": list(rules)}]}


def _fields(required: Sequence[str], **properties: Any) -> Rule:
    return {"type": "object", "required": list(required), "properties": properties}


def one_standing_change(*contents: Rule, names: Sequence[str]) -> Rule:
    """`pinned`, `accept` or some content, one at a time; null stands for neither of the first two."""
    absent = dict.fromkeys(names, False)
    return any_of(
        _fields(["pinned"], pinned={"type": "boolean"}, accept=NULL, **absent),
        _fields(["accept"], accept={"type": "object"}, pinned=NULL, **absent),
        *({**content, "properties": {"pinned": NULL, "accept": NULL, **content["properties"]}} for content in contents),
    )


def named(*names: str) -> Iterator[Rule]:
    """Content that has at least one of these fields, be it null."""
    return (_fields([name]) for name in names)


def given(*names: str) -> Iterator[Rule]:
    """Content that has at least one of these fields with a value."""
    return (_fields([name], **{name: {"type": "string"}}) for name in names)


TEXT: Rule = {"type": "string"}
NO_VARIANT = {"copyVariantId": NULL, "platform": NULL, "variantLabel": NULL}
NO_OPTIONS = {"type": "object", "properties": {"preservePrompt": {"const": False}, "customPrompt": NULL}}

REGENERATION = any_of(
    _fields(
        ["copyVariantId"],
        type={"const": "copy_variant"},
        copyVariantId=TEXT,
        assetId=NULL,
        platform=NULL,
        variantLabel=NULL,
    ),
    _fields(
        ["platform", "variantLabel"],
        type={"const": "copy_variant"},
        platform=TEXT,
        variantLabel={"enum": list(VARIANT_LABELS)},
        assetId=NULL,
        copyVariantId=NULL,
    ),
    _fields(["assetId"], type={"const": "image"}, assetId=TEXT, **NO_VARIANT),
    _fields(
        ["assetId"],
        type={"enum": ["composited_image", "platform_image"]},
        assetId=TEXT,
        options=NO_OPTIONS,
        **NO_VARIANT,
    ),
)
REGENERATE_OPTIONS = any_of(
    _fields([], preservePrompt={"const": False}), _fields([], preservePrompt={"const": True}, customPrompt=NULL)
)
RETRY_CORRECTION = any_of(
    _fields([], correction=NULL),
    _fields([], correction={"type": "object", "properties": {"prompt": NULL, "options": NULL}}),
    _fields(
        [],
        reasonCode={"const": "IMPROVED_PROMPT"},
        correction={"type": "object", "properties": {"options": NULL}},
    ),
    _fields([], reasonCode={"const": "BAD_INPUT"}, correction={"type": "object", "properties": {"prompt": NULL}}),
)
