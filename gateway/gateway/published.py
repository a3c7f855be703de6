"""The OpenAPI document as it is published: what FastAPI finds in the routes, and the refusals that they all share."""

from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI

from gateway.docs import answers
from gateway.problems import ProblemView, documented

Schema = Mapping[str, Any]

SCHEMA_AT = "#/components/schemas/{model}"
_made: dict[str, dict[str, Any]] = {}
"""The routes, and so the document, are the same in every application of one title."""

REPLACED = ("HTTPValidationError", "ValidationError")


def install(app: FastAPI) -> None:
    """Makes an application publish its document with every refusal in it; made once a process, in half a second."""
    found: Callable[[], dict[str, Any]] = app.openapi

    def openapi() -> dict[str, Any]:
        if app.title not in _made:
            document = found()
            complete(document)
            _made[app.title] = document
        return _made[app.title]

    # FastAPI names this as the way to change the document.
    app.openapi = openapi


def complete(document: dict[str, Any]) -> None:
    """Adds to every operation what may happen to any of its kind, and its answers; takes null from its parameters."""
    for methods in document["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                parameter["schema"] = _without_null(parameter["schema"])
            responses = operation["responses"]
            responses |= {str(status): one for status, one in documented(*_shared(operation)).items()}
            operation["responses"] = dict(sorted(responses.items()))
            answers.show(operation)
    schemas = document["components"]["schemas"]
    problem = ProblemView.model_json_schema(ref_template=SCHEMA_AT)
    schemas |= problem.pop("$defs") | {ProblemView.__name__: problem}
    for name in REPLACED:
        schemas.pop(name, None)


def _without_null(schema: Schema) -> Schema:
    """A parameter that is not given is left out: sent as null, it would be the text "null"."""
    (choice,) = [one for one in schema.get("anyOf", [{}]) if one != {"type": "null"}]
    return {**choice, **{key: value for key, value in schema.items() if key != "anyOf"}}


def _shared(operation: Mapping[str, Any]) -> Iterator[HTTPStatus]:
    if "security" in operation:
        yield from (HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
    if "requestBody" in operation:
        yield from (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if "requestBody" in operation or operation.get("parameters"):
        yield HTTPStatus.UNPROCESSABLE_ENTITY
