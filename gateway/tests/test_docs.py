"""The documentation's page."""

import json
import re
from html import unescape
from typing import get_args

import jsonschema
import pytest

from contracts.values import LayoutId
from gateway.docs import curl, examples, page
from gateway.openapi import Document


@pytest.fixture(scope="module")
def html(openapi):
    return page.render(openapi, "http://127.0.0.1:8080/")


@pytest.fixture(scope="module")
def operations(openapi):
    return list(Document(openapi).operations())


def article(html, operation_id):
    return html.partition(f'<article id="{operation_id}">')[2].partition("</article>")[0]


def fits(openapi, schema, value):
    jsonschema.Draft202012Validator({**schema, "components": openapi["components"]}).validate(value)


def test_every_operation_has_its_place_and_is_linked_to(html, operations):
    for operation in operations:
        name = operation.content["operationId"]
        assert f'<a href="#{name}">' in html
        assert operation.path in article(html, name)


def test_page_needs_no_script_and_no_style_of_its_own(html):
    assert "<script" not in html
    assert not re.search(r"<[^>]+ style=|<[^>]+ on\w+=|<style", html)


def test_base_url_cannot_break_out_of_the_text(openapi):
    assert "<img" not in page.render(openapi, "http://<img src=x>/")


def test_every_example_request_fits_its_schema(openapi, operations):
    bodies = [one for one in operations if one.body and one.body[0] == "application/json"]
    assert bodies
    for operation in bodies:
        for example in examples.requests(operation.document, operation.body[1]):
            fits(openapi, operation.body[1], example)


def test_every_bound_is_told_as_json_schema_tells_it(openapi):
    """A validator before a bound leaves the bound under pydantic's own name, which no reader of the document knows."""

    def keys(part):
        parts = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        return (set(part) if isinstance(part, dict) else set()).union(*map(keys, parts))

    of_pydantic = {"ge", "gt", "le", "lt", "min_length", "max_length", "multiple_of"}
    assert keys([openapi["components"], openapi["paths"]]) & of_pydantic == set()


def test_every_example_answer_fits_its_schema(openapi, operations):
    for operation in operations:
        for status, response in operation.content["responses"].items():
            content = response.get("content", {}).get("application/json", {})
            if status[0] == "2" and "schema" in content:
                made = examples.answer(operation.document, content["schema"])
                fits(openapi, content["schema"], content.get("example", made))


def test_writes_are_for_editors_and_reads_for_everybody_with_a_token(html):
    assert "editor or admin" in article(html, "regenerate")
    assert "viewer, editor or admin" in article(html, "listDirty")
    assert "viewer, editor or admin" in article(html, "previewRegeneration")
    assert "Needs no token." in article(html, "isAlive")


def test_fields_are_told_in_words(html):
    shown = article(html, "createCampaign")
    assert "<td>whole number, 1 to 8</td>" in shown
    assert "<code>brief.product</code></td><td>body</td><td>text, 1 to 400 characters</td><td>yes</td>" in shown
    assert "anyOf" not in html


@pytest.mark.parametrize(
    ("operation", "field"),
    [
        ("regenerate", "type"),
        ("createCampaign", "brief.language"),
        ("createCampaign", "brief.trendReportId"),
    ],
)
def test_field_for_what_does_not_exist_yet_says_so(html, operation, field):
    row = article(html, operation).partition(f"<code>{field}</code>")[2].partition("</tr>")[0]
    assert re.search(r"\b(not yet|no trend reports yet)\b", row, re.IGNORECASE)


def test_every_layout_is_listed(html):
    shown = article(html, "updateComposite")
    assert all(layout in shown for layout in get_args(LayoutId))


def test_curl_line_sends_the_example_request(html):
    shown = unescape(article(html, "regenerate"))
    (sent,) = map(json.loads, re.findall(r"-d '(.*)'", shown))
    assert json.dumps(sent, ensure_ascii=False, indent=2) in shown
    assert 'curl -X POST "$SAISEI/api/campaigns/$CAMPAIGN_ID/regenerate"' in shown


def test_apostrophe_in_a_body_survives_the_shell(operations):
    create = next(one for one in operations if one.content["operationId"] == "createBrand")
    assert """{"name": "L'\\''or"}""" in curl.line(create, {"name": "L'or"})


def test_stream_says_how_to_start_from_now(html):
    assert "streamPosition" in article(html, "streamEvents")


async def test_page_and_stylesheet_are_served_under_the_strict_policy(client):
    answer = await client.get("/docs")
    assert answer.headers["Content-Security-Policy"] == page.POLICY
    assert 'href="/docs/style.css"' in answer.text
    style = await client.get("/docs/style.css")
    assert style.headers["content-type"].startswith("text/css")
    assert "prefers-color-scheme: dark" in style.text
