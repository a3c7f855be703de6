"""Reading the gateway's own OpenAPI document."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Document:
    """An OpenAPI document whose schemas refer to one another."""

    root: Mapping[str, Any]

    def resolved(self, schema: Schema) -> Schema:
        """What a reference stands for; keywords beside it win."""
        while "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            beside = {key: value for key, value in schema.items() if key != "$ref"}
            schema = {**self.root["components"]["schemas"][name], **beside}
        return schema

    def alternatives(self, schema: Schema) -> list[Schema]:
        """The resolved schemas that a value may fit, null left out; keywords beside them go with each."""
        schema = self.resolved(schema)
        if "anyOf" not in schema:
            return [schema]
        beside = {key: value for key, value in schema.items() if key != "anyOf"}
        choices = [self.resolved(choice) for choice in schema["anyOf"]]
        return [{**choice, **beside} for choice in choices if choice.get("type") != "null"]

    def values(self, schema: Schema) -> list[Any]:
        """The values of an enumeration; empty for anything else."""
        return [
            value
            for choice in self.alternatives(schema)
            for value in choice.get("enum", [choice["const"]] if "const" in choice else [])
        ]

    def operations(self) -> Iterator["Operation"]:
        """Every operation, in the document's order."""
        for path, methods in self.root["paths"].items():
            for method, content in methods.items():
                yield Operation(self, path, method.upper(), content)


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    document: Document
    path: str
    method: str
    content: Mapping[str, Any]

    @classmethod
    def of(cls, root: Mapping[str, Any], path: str, method: str) -> "Operation":
        """The operation of a route; an empty one for a route that is not in the document."""
        content = root["paths"].get(path, {}).get(method.lower(), {})
        return cls(Document(root), path, method, content)

    @property
    def body(self) -> tuple[str, Schema] | None:
        """Media type and schema of the request body."""
        content = self.content.get("requestBody", {}).get("content", {})
        return next(((media_type, one.get("schema", {})) for media_type, one in content.items()), None)

    def schema_at(self, location: Sequence[int | str]) -> Schema | None:
        """The schema of a place in the body, such as `("kinds", 0)`; None when there is no such place."""
        schema = self.body[1] if self.body else None
        for step in location:
            if schema is None:
                return None
            schema = self._step(schema, step)
        return schema

    def takes_file(self, location: Sequence[int | str]) -> bool:
        """True for a place in a form where a file belongs."""
        schema = self.schema_at(location) if location else None
        return schema is not None and any("contentMediaType" in one for one in self.document.alternatives(schema))

    def _step(self, schema: Schema, step: int | str) -> Schema | None:
        for choice in self.document.alternatives(schema):
            found = choice.get("items") if isinstance(step, int) else choice.get("properties", {}).get(step)
            if found is not None:
                return found
        return None
