"""Which changes of the gateway's OpenAPI document break a caller."""

from copy import deepcopy

import pytest

from saisei_local.generated.api_compatibility import breaking_api

TEXT = {"type": "string"}
OLD = {
    "paths": {
        "/brands/{id}": {
            "patch": {
                "parameters": [
                    {"in": "path", "name": "id", "required": True, "schema": TEXT},
                    {"in": "header", "name": "Idempotency-Key", "required": False, "schema": TEXT},
                ],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Body"}}}},
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/View"}}}},
                    "404": {"content": {"application/problem+json": {"schema": {}}}},
                },
            },
            "get": {"responses": {"200": {}}},
        }
    },
    "components": {
        "schemas": {
            "Body": {"type": "object", "properties": {"name": TEXT, "tone": TEXT}, "required": ["name"]},
            "View": {"type": "object", "properties": {"id": TEXT, "name": TEXT}, "required": ["id", "name"]},
        }
    },
}
BODY = ("components", "schemas", "Body")
VIEW = ("components", "schemas", "View")
PATCH = ("paths", "/brands/{id}", "patch")


def changed(*steps, to):
    """The document with one place set to something else, or removed by None."""
    new = deepcopy(OLD)
    place = new
    for step in steps[:-1]:
        place = place[step]
    if to is None:
        del place[steps[-1]]
    else:
        place[steps[-1]] = to
    return list(breaking_api(OLD, new))


def test_same_document_breaks_nobody():
    assert list(breaking_api(OLD, deepcopy(OLD))) == []


@pytest.mark.parametrize(
    ("steps", "to", "expected"),
    [
        (("paths", "/brands/{id}", "get"), None, "GET /brands/{id}: removed"),
        ((*PATCH, "responses", "200"), None, "PATCH /brands/{id} 200: removed"),
        (("paths",), {}, "PATCH /brands/{id}: removed"),
        ((*VIEW, "properties"), {"id": TEXT}, "PATCH /brands/{id} 200.name: removed"),
        ((*VIEW, "required"), ["id"], "PATCH /brands/{id} 200.name: no longer always there"),
        ((*BODY, "required"), ["name", "tone"], "PATCH /brands/{id} request.tone: newly required"),
        ((*BODY, "properties"), {"name": TEXT}, "PATCH /brands/{id} request.tone: removed"),
        ((*PATCH, "requestBody", "required"), True, "PATCH /brands/{id} request: a body is newly required"),
        ((*PATCH, "requestBody", "content"), {}, "PATCH /brands/{id} request: application/json was removed"),
        ((*PATCH, "parameters"), [], "PATCH /brands/{id}: the header parameter idempotency-key was removed"),
        (
            (*PATCH, "parameters", 1, "required"),
            True,
            "PATCH /brands/{id}: the header parameter idempotency-key is newly required",
        ),
        (
            (*PATCH, "parameters", 0, "schema"),
            {"type": "string", "format": "uuid"},
            "PATCH /brands/{id} path parameter id: format is now 'uuid', was None",
        ),
    ],
)
def test_what_a_caller_relied_on_is_named_when_it_goes(steps, to, expected):
    assert expected in changed(*steps, to=to)


@pytest.mark.parametrize(
    ("steps", "to"),
    [
        (("paths", "/new"), {"get": {"responses": {"200": {}}}}),
        ((*VIEW, "properties", "more"), TEXT),
        ((*BODY, "properties", "more"), TEXT),
        ((*BODY, "required"), []),
        ((*PATCH, "responses", "404"), None),
        ((*PATCH, "responses", "409"), {}),
        ((*PATCH, "summary"), "Other words"),
    ],
)
def test_additions_and_loosened_requests_break_nobody(steps, to):
    assert changed(*steps, to=to) == []
