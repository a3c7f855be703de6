"""JSON Schemas of whole CloudEvents, one per message type."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from contracts.envelope import Envelope
from saisei_local.generated.messages import Message

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Json = dict[str, Any]


class Untitled(GenerateJsonSchema):
    """A field's title would only repeat its name."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's signature
        return False


def event_schema(model: Message) -> Json:
    """The JSON Schema (2020-12) of a CloudEvent of this type, as it is on the wire. Unknown fields are allowed."""
    models: list[tuple[type[BaseModel], Any]] = [(Envelope, "serialization"), (model, "serialization")]
    references, document = models_json_schema(models, by_alias=True, schema_generator=Untitled)
    definitions = document["$defs"]
    envelope = definitions.pop(Envelope.__name__)
    properties = {name: _without_null(schema) for name, schema in envelope["properties"].items()}
    properties["type"] = {"const": model.type, "type": "string"}
    properties["dataschema"] = {"const": f"saisei:{model.type}", "type": "string"}
    properties["data"] = references[(model, "serialization")]
    return {
        "$schema": DIALECT,
        "title": model.type,
        "type": "object",
        "properties": properties,
        "required": ["specversion", *envelope["required"]],
        "$defs": dict(sorted(definitions.items())),
    }


def _without_null(schema: Json) -> Json:
    """CloudEvents leaves an absent attribute out; null is no value of one."""
    if "anyOf" not in schema:
        return {name: value for name, value in schema.items() if name != "default"}
    (present,) = [choice for choice in schema["anyOf"] if choice != {"type": "null"}]
    return present
