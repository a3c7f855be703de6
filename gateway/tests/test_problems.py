"""Every error is a problem, whatever is sent."""

import json
import re

import pytest
from prometheus_client import REGISTRY

from gateway.problems import LISTED_AT
from saisei_local.generated.services import gateway_openapi

BRAND = {"name": "森の珈琲", "colours": {"primary": "#0b6e4f", "accent": "#f2a541"}}
PROBLEM = "application/problem+json"


def assert_problem(answer, status):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    told = answer.json()
    assert told["status"] == status
    assert told["type"].startswith("/problems/")
    assert told["title"]
    assert told["instance"] == answer.headers["X-Request-Id"]
    assert "Traceback" not in answer.text
    return told


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/api/nowhere", 404),
        ("PUT", "/api/brands", 405),
        ("GET", "/api/brands/", 404),
        ("GET", "/api/campaigns/none", 404),
        ("GET", "/api/jobs/none", 404),
        ("GET", "/api/cascades/none", 422),
        ("GET", "/api/cascades/00000000-0000-0000-0000-000000000000", 404),
        ("GET", "/api/assets/none/versions", 404),
        ("POST", "/api/assets/none/versions/1/restore", 404),
        ("POST", "/api/assets/none/versions/0/restore", 422),
        ("POST", "/api/assets/none/versions/99999999999999999999/restore", 422),
        ("GET", "/api/blobs/" + "0" * 64, 404),
        ("GET", "/api/blobs/none", 422),
        ("GET", "/api/campaigns/a%00b", 422),
        ("GET", "/api/campaigns?limit=0", 422),
        ("GET", "/api/campaigns?limit=1000", 422),
        ("GET", "/api/campaigns?cursor=nonsense", 422),
        ("GET", "/api/campaigns?cursor=WzEsMl0", 422),
        ("GET", "/api/jobs?status=DONE", 422),
        ("PATCH", "/api/images/none", 422),
    ],
)
async def test_errors_are_problems(client, method, path, status):
    assert_problem(await client.request(method, path), status)


@pytest.mark.parametrize(
    ("path", "what", "listed_at"),
    [
        ("/api/campaigns/none", "campaign none", "/api/campaigns"),
        ("/api/assets/none/versions", "asset none", "/api/campaigns/{id}"),
        ("/api/jobs/none", "job none", "/api/jobs"),
        ("/api/qa/none", "QA report none", "/api/campaigns/{id}/qa"),
    ],
)
async def test_what_is_not_there_says_where_to_find_what_is(client, path, what, listed_at):
    told = assert_problem(await client.get(path), 404)
    assert told["detail"] == f"your team has no {what}; GET {listed_at} tells what there is"


def test_places_that_a_404_names_exist():
    paths = {path for path, methods in gateway_openapi()["paths"].items() if "get" in methods}
    known = {re.sub(r"\{[^}]*\}", "{id}", path) for path in paths}
    assert set(LISTED_AT.values()) <= known


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (BRAND | {"name": ""}, "name"),
        (BRAND | {"name": "あ" * 201}, "name"),
        (BRAND | {"name": "a\x00b"}, "name"),
        (BRAND | {"name": 1}, "name"),
        (BRAND | {"colours": {"primary": "red", "accent": "#f2a541"}}, "colours.primary"),
        (BRAND | {"toneTags": ["x" * 101]}, "toneTags.0"),
        (BRAND | {"unknown": 1}, "unknown"),
        ({}, "name"),
    ],
)
async def test_invalid_fields_are_named(client, body, path):
    told = assert_problem(await client.post("/api/brands", json=body), 422)
    assert path in {fault["path"] for fault in told["errors"]}
    assert all(fault["message"] for fault in told["errors"])


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"name": "\\ud800", "colours": {"primary": "#0b6e4f", "accent": "#f2a541"}}', 422),
        (b'{"\\ud800": 1}', 422),
        (b"[]", 422),
        (b"null", 422),
        (b"", 422),
    ],
)
async def test_bodies_that_are_no_objects_are_refused(client, content, status):
    headers = {"Content-Type": "application/json"}
    assert_problem(await client.post("/api/brands", content=content, headers=headers), status)


async def test_large_body_is_refused_whether_its_length_is_told_or_not(client):
    large = json.dumps(BRAND | {"toneDescription": "x" * 1_000_001}).encode()
    headers = {"Content-Type": "application/json"}

    async def chunks():
        for start in range(0, len(large), 50_000):
            yield large[start : start + 50_000]

    assert_problem(await client.post("/api/brands", content=large, headers=headers), 413)
    assert_problem(await client.post("/api/brands", content=chunks(), headers=headers), 413)


async def test_unforeseen_error_is_a_problem_without_its_trace(client, gateway, monkeypatch):
    async def broken(*_args):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(gateway.reader, "one", broken)
    answer = await client.get("/api/campaigns/any")
    assert_problem(answer, 500)
    assert "secret" not in answer.text


async def test_database_that_is_away_is_503(client, gateway, monkeypatch):
    async def away(*_args):
        raise ConnectionRefusedError

    monkeypatch.setattr(gateway.reader, "one", away)
    answer = await client.get("/api/campaigns/any")
    assert_problem(answer, 503)
    assert "Retry-After" in answer.headers


async def test_request_id_is_taken_over_when_it_is_sound(client):
    given = await client.get("/healthz", headers={"X-Request-Id": "abc-123"})
    assert given.headers["X-Request-Id"] == "abc-123"
    forged = await client.get("/healthz", headers={"X-Request-Id": 'x" onload="y'})
    assert forged.headers["X-Request-Id"] != 'x" onload="y'


async def test_every_answer_has_the_security_headers(client):
    for path in ("/healthz", "/nowhere", "/openapi.json", "/docs"):
        headers = (await client.get(path)).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


async def test_readiness_tells_what_is_wrong(client, gateway):
    answer = await client.get("/readyz")
    assert answer.status_code == 200, answer.text
    await gateway.consumer.stop()
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert "gateway.projection" in answer.text


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/api/brands", "GET, POST"),
        ("/api/brands/any", "GET, PATCH"),
        ("/api/brands/any/logo", "PUT, DELETE"),
        ("/api/campaigns/any", "GET, PATCH, DELETE"),
        ("/healthz", "GET"),
    ],
)
@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "BREW"])
async def test_method_that_a_path_does_not_have_is_told_all_that_it_has(client, path, methods, method):
    answer = await client.request(method, path)
    assert_problem(answer, 405)
    assert answer.headers["Allow"] == methods


@pytest.mark.parametrize("body", [{"kinds": ["image"], "reopen": 0}, {"kinds": ["image"], "reopen": "no"}])
async def test_yes_and_no_are_no_numbers_and_no_words(client, body):
    told = assert_problem(await client.post("/api/campaigns/any/regenerate-dirty", json=body), 422)
    assert told["errors"][0]["path"] == "reopen"


@pytest.mark.parametrize(("images", "status"), [("2", 422), (True, 422), (2.5, 422), (9, 422), (2.0, 503)])
async def test_number_is_whole_and_no_text(client, images, status):
    brief = {"objective": "awareness", "product": "茶", "targetAudience": "皆", "platforms": ["x"]}
    body = {"name": "春", "brandId": "any", "brief": brief, "images": images}
    assert_problem(await client.post("/api/campaigns", json=body), status)


@pytest.mark.parametrize("cursor", ["0", "99999999999999999.zzz", "1780304400000000.a", "999999999999999999"])
@pytest.mark.parametrize("path", ["/api/campaigns", "/api/brands", "/api/jobs"])
async def test_cursor_of_the_published_form_is_a_place_and_any_other_is_none(client, path, cursor):
    answer = await client.get(path, params={"cursor": cursor})
    if "." in cursor:
        assert answer.status_code == 200
    else:
        told = assert_problem(answer, 422)
        assert told["errors"] == [{"path": "query.cursor", "message": "not a cursor of this list; start without one"}]


async def test_team_that_asks_too_often_is_slowed_down_and_others_are_not(client, gateway, make_token):
    gateway.rates._gain[False] = 1.0
    for _ in range(2):
        await client.get("/api/jobs")
    answer = await client.get("/api/jobs")
    assert_problem(answer, 429)
    assert "Retry-After" in answer.headers
    other = {"Authorization": f"Bearer {make_token(team='team-b')}"}
    assert (await client.get("/api/jobs", headers=other)).status_code == 200


async def test_methods_that_nobody_knows_share_one_label(client):
    def counted(method):
        labels = {"method": method, "route": "unmatched", "status": "404"}
        return REGISTRY.get_sample_value("saisei_http_requests_total", labels)

    before = counted("other") or 0
    for number in range(3):
        assert (await client.request(f"BREW{number}", "/nowhere")).status_code == 404
    assert counted("other") == before + 3
    assert counted("BREW0") is None


@pytest.mark.parametrize(
    ("form", "path", "words"),
    [
        ({"data": {"photo": "hello"}, "files": {"assetId": (None, "x")}}, "photo", "must be a file"),
        ({"files": {"image": ("photo.jpg", b"x")}}, "image", "this takes photo and assetId"),
        ({"files": {"photo": ("photo.jpg", b"x"), "extra": (None, "1")}}, "extra", "no such field"),
    ],
)
async def test_form_is_told_in_words_what_belongs_where(client, kit, form, path, words):
    answer = await client.post(f"/api/campaigns/{kit.id}/images", **form)
    (fault,) = assert_problem(answer, 422)["errors"]
    assert (fault["path"], words in fault["message"]) == (path, True)


async def test_body_that_is_missing_is_asked_for_as_what_it_is(client):
    answer = await client.post("/api/brands", headers={"Content-Type": "application/json"})
    assert assert_problem(answer, 422)["detail"] == "a body is required: a JSON object"


async def test_language_that_nobody_writes_and_platforms_that_stay_are_refused(client, kit):
    brief = {"objective": "awareness", "product": "水出し", "targetAudience": "30代", "platforms": ["x"]}
    campaign = {"name": "夏", "brandId": kit.brand.id, "brief": brief | {"language": "en"}}
    path = f"/api/campaigns/{kit.id}"
    answers = {
        "brief.language": [
            await client.post("/api/campaigns", json=campaign),
            await client.patch(path, json={"brief": {"language": "en-GB"}}),
        ],
        "brief.platforms": [await client.patch(path, json={"brief": {"platforms": ["x"]}})],
    }
    for field, refused in answers.items():
        for answer in refused:
            (fault,) = assert_problem(answer, 422)["errors"]
            assert fault["path"] == field
