"""Reading schemas out of a JSON document with references into itself."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Document:
    """A JSON Schema or OpenAPI document."""

    root: Json

    def resolved(self, schema: Json) -> Json:
        """What a reference into this document stands for; keywords beside it count too."""
        while "$ref" in schema:
            target: Any = self.root
            for step in schema["$ref"].removeprefix("#/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
            schema = target | {name: value for name, value in schema.items() if name != "$ref"}
        return schema

    def alternatives(self, schema: Json | bool) -> list[Json]:
        """The schemas of which a value must fit one, each of at most one type. Booleans are anything and nothing."""
        if isinstance(schema, bool):
            return [{}] if schema else []
        schema = self.resolved(schema)
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                return [found for choice in schema[keyword] for found in self.alternatives(choice)]
        types = schema.get("type")
        return [schema | {"type": each} for each in types] if isinstance(types, list) else [schema]
