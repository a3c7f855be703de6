"""What is wrong with a request is told in words that say what would be right."""

import json

import pytest

BRAND = {"name": "森の珈琲", "colours": {"primary": "#0b6e4f", "accent": "#f2a541"}}


def invalid(answer):
    assert answer.status_code == 422, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("body", "path", "message"),
    [
        (
            BRAND | {"colours": {"primary": "red", "accent": "#f2a541"}},
            "colours.primary",
            "must be a colour as #rrggbb",
        ),
        (BRAND | {"defaultRegister": "rude"}, "defaultRegister", "must be one of casual, standard, formal"),
        (BRAND | {"unknown": 1}, "unknown", "there is no such field here"),
        (BRAND | {"name": "a\x00b"}, "name", "must not contain the NUL character"),
        (BRAND | {"name": ""}, "name", "must not be empty"),
        (BRAND | {"name": "あ" * 201}, "name", "must have at most 200 characters"),
        (BRAND | {"name": 1}, "name", "must be text"),
        (BRAND | {"toneTags": "温かい"}, "toneTags", "must be a list"),
        ({"colours": BRAND["colours"]}, "name", "is required"),
        ([], "", "must be a JSON object"),
    ],
)
async def test_message_says_what_would_be_right(client, body, path, message):
    told = invalid(await client.post("/api/brands", json=body))
    assert told["errors"] == [{"path": path, "message": message}]


@pytest.mark.parametrize(
    ("limit", "message"),
    [("0", "must be at least 1"), ("1000", "must be at most 100"), ("many", "must be a whole number")],
)
async def test_number_out_of_bounds_is_told_them(client, limit, message):
    told = invalid(await client.get(f"/api/campaigns?limit={limit}"))
    assert told["errors"] == [{"path": "query.limit", "message": message}]


async def test_id_that_is_none_is_told_how_ids_look(client):
    [told] = invalid(await client.get("/api/cascades/nope"))["errors"]
    assert told["path"] == "path.cascade_id"
    assert told["message"].startswith("must be an id as this API gives them")


async def test_query_value_that_is_none_of_the_allowed_ones_is_told_them(client):
    told = invalid(await client.get("/api/jobs?kind=poem"))
    allowed = "must be one of copy_variant, image, composited_image, platform_image, qa"
    assert told["errors"] == [{"path": "query.kind", "message": allowed}]


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "text/plain"}, {"Content-Type": "multipart/form-data"}])
async def test_body_of_another_media_type_is_told_which_to_send(client, headers):
    told = invalid(await client.post("/api/brands", content=json.dumps(BRAND), headers=headers))
    assert told["errors"][0]["path"] == "header.Content-Type"
    assert "`Content-Type: application/json`" in told["detail"]


async def test_photo_sent_as_json_is_told_to_be_a_form(client):
    told = invalid(await client.post("/api/campaigns/none/images", json={"photo": "x"}))
    assert "`Content-Type: multipart/form-data`" in told["detail"]
