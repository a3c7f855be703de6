"""The whole page: a guide, then every route by tag."""

from collections.abc import Iterable, Mapping
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import Any

from gateway.docs import curl, examples
from gateway.docs.fields import Field, fields
from gateway.docs.guide import STATUSES, guide
from gateway.docs.markup import code, paragraphs, pretty, table, text
from gateway.openapi import Document, Operation

POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
STYLE = Path(__file__).with_name("style.css").read_text(encoding="utf-8")


def render(openapi: Mapping[str, Any], base_url: str) -> str:
    """The page as HTML; `base_url` is where the gateway was reached, for the curl lines."""
    by_tag = _by_tag(Document(openapi))
    title = escape(openapi["info"]["title"])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} API</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><link rel="stylesheet" href="/docs/style.css"></head><body>'
        f"{_navigation(by_tag)}<main><h1>{title} API <small>{escape(openapi['info']['version'])}</small></h1>"
        f"<p>{escape(openapi['info'].get('description', ''))}</p>{guide(base_url)}"
        f"{''.join(_section(tag, operations) for tag, operations in by_tag.items())}</main></body></html>"
    )


def _by_tag(document: Document) -> dict[str, list[Operation]]:
    tags: dict[str, list[Operation]] = {}
    for operation in document.operations():
        tags.setdefault(operation.content.get("tags", ["other"])[0], []).append(operation)
    return tags


def _navigation(by_tag: Mapping[str, Iterable[Operation]]) -> str:
    groups = (
        f'<li><a href="#{escape(tag)}">{escape(tag)}</a><ul>{"".join(map(_link, operations))}</ul></li>'
        for tag, operations in by_tag.items()
    )
    return f'<nav aria-label="Routes"><ul><li><a href="#start">start</a></li>{"".join(groups)}</ul></nav>'


def _link(operation: Operation) -> str:
    name = escape(operation.content["operationId"])
    return f'<li><a href="#{name}">{name}</a></li>'


def _section(tag: str, operations: Iterable[Operation]) -> str:
    return f'<section id="{escape(tag)}"><h2>{escape(tag)}</h2>{"".join(map(_route, operations))}</section>'


def _route(operation: Operation) -> str:
    purpose, *more = paragraphs(operation.content.get("description", "")) or [""]
    method, name = operation.method, escape(operation.content["operationId"])
    parts = [
        f'<h3><a href="#{name}"><span class="method {method.lower()}">{method}</span> '
        f"<code>{escape(operation.path)}</code></a></h3>",
        f'<p class="purpose">{purpose}</p>',
        *(f"<p>{one}</p>" for one in more),
        f'<p class="role">{_role(operation)}</p>',
        _parameters(operation),
        *_request(operation),
        *_answer(operation),
        _problems(operation),
    ]
    return f'<article id="{name}">{"".join(parts)}</article>'


def _role(operation: Operation) -> str:
    if "security" not in operation.content:
        return "Needs no token."
    if operation.path.startswith("/api/admin/") or operation.content.get("x-role") == "admin":
        return "Role: <strong>admin</strong>"
    # Only what a viewer may not do can be answered with 403.
    is_write = "403" in operation.content["responses"]
    return f"Role: <strong>{'editor or admin' if is_write else 'viewer, editor or admin'}</strong>"


def _parameters(operation: Operation) -> str:
    return table(("name", "in", "type", "required", "meaning"), map(_row, fields(operation)))


def _row(field: Field) -> tuple[str, ...]:
    required = "yes" if field.required else ""
    return f"<code>{escape(field.name)}</code>", field.place, text(field.type), required, text(field.meaning)


def _request(operation: Operation) -> Iterable[str]:
    bodies: list[Any] = [None]
    if operation.body is not None and operation.body[0] == "application/json":
        bodies = examples.requests(operation.document, operation.body[1])
        yield f"<h4>Request</h4>{'<p>or</p>'.join(map(pretty, bodies))}"
    yield f"<h4>In the shell</h4>{code(curl.line(operation, bodies[0]))}"


def _answer(operation: Operation) -> Iterable[str]:
    good = [(status, one) for status, one in operation.content["responses"].items() if status[0] in "23"]
    if good:
        others = "".join(f"; {status}: {text(one['description'])}" for status, one in good[1:])
        first = f"{good[0][0]} {HTTPStatus(int(good[0][0])).phrase}"
        yield f"<h4>Answer</h4><p><strong>{first}</strong>{others}</p>{_content(operation, good[0][1])}"


def _content(operation: Operation, response: Mapping[str, Any]) -> str:
    for media_type, content in response.get("content", {}).items():
        if media_type == "application/json" and "example" not in content:
            return pretty(examples.answer(operation.document, content.get("schema", {})))
        if media_type == "application/json":
            return pretty(content["example"])
        if "example" in content:
            return f"<p>{text(response['description'])}</p>{code(content['example'])}"
    kinds = ", ".join(f"<code>{escape(name)}</code>" for name in response.get("content", {}))
    return f"<p>{text(response['description'])}: {kinds}</p>" if kinds else "<p>No body.</p>"


def _problems(operation: Operation) -> str:
    statuses = sorted(status for status in operation.content["responses"] if status[0] in "45")
    rows = [(status, text(_when(operation, status))) for status in statuses]
    shown = table(("status", "when"), rows)
    return f"<details><summary>Problems: {', '.join(statuses)}</summary>{shown}</details>" if rows else ""


def _when(operation: Operation, status: str) -> str:
    own: str = operation.content["responses"][status]["description"]
    return STATUSES.get(int(status), own) if "security" in operation.content else own
