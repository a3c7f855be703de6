"""Which changes of the gateway's OpenAPI document break a caller.

A removed path, method, parameter, media type or success status is breaking, and so is a newly required parameter.
Request bodies and parameters are judged as what is accepted, responses as what is sent (see `compatibility`).
"""

from collections.abc import Iterator

from saisei_local.generated.compatibility import ACCEPTED, SENT, Place, breaking
from saisei_local.generated.documents import Document, Json

METHODS = ("get", "put", "post", "patch", "delete", "head", "options")


def breaking_api(old: Json, new: Json) -> Iterator[str]:
    """Every breaking difference between two OpenAPI documents, as `METHOD path: what happened`."""
    documents = Document(old), Document(new)
    for path, before in old["paths"].items():
        after = new["paths"].get(path, {})
        for method in METHODS:
            if method not in before:
                continue
            name = f"{method.upper()} {path}"
            if method in after:
                yield from _breaking_operation(*documents, name, before[method], after[method])
            else:
                yield f"{name}: removed"


def _breaking_operation(old: Document, new: Document, name: str, before: Json, after: Json) -> Iterator[str]:
    yield from _breaking_parameters(Place(old, new, ACCEPTED, name), before, after)
    yield from _breaking_body(Place(old, new, ACCEPTED, f"{name} request"), before, after)
    for status, response in before.get("responses", {}).items():
        place = Place(old, new, SENT, f"{name} {status}")
        if status in after.get("responses", {}):
            yield from _breaking_content(place, old.resolved(response), new.resolved(after["responses"][status]))
        elif status.startswith("2"):
            yield f"{place.path}: removed"


def _breaking_parameters(place: Place, before: Json, after: Json) -> Iterator[str]:
    old, new = _parameters(place.old, before), _parameters(place.new, after)
    for key, parameter in old.items():
        if key not in new:
            yield f"{place.path}: the {key[0]} parameter {key[1]} was removed"
        else:
            step = place.at(f" {key[0]} parameter {key[1]}")
            yield from breaking(step, parameter.get("schema", True), new[key].get("schema", True))
    for key, parameter in new.items():
        if parameter.get("required", False) and not old.get(key, {}).get("required", False):
            yield f"{place.path}: the {key[0]} parameter {key[1]} is newly required"


def _parameters(document: Document, operation: Json) -> dict[tuple[str, str], Json]:
    parameters = [document.resolved(each) for each in operation.get("parameters", [])]
    return {(each["in"], each["name"].lower() if each["in"] == "header" else each["name"]): each for each in parameters}


def _breaking_body(place: Place, before: Json, after: Json) -> Iterator[str]:
    old = place.old.resolved(before.get("requestBody", {}))
    new = place.new.resolved(after.get("requestBody", {}))
    if new.get("required", False) and not old.get("required", False):
        yield f"{place.path}: a body is newly required"
    yield from _breaking_content(place, old, new)


def _breaking_content(place: Place, before: Json, after: Json) -> Iterator[str]:
    for media_type, content in before.get("content", {}).items():
        if media_type not in after.get("content", {}):
            yield f"{place.path}: {media_type} was removed"
        else:
            new = after["content"][media_type]
            yield from breaking(place, content.get("schema", True), new.get("schema", True))
