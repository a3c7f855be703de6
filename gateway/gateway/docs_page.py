"""The OpenAPI document as a page that needs no script."""

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
STYLE = """
body { font: 16px/1.6 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }
h2 { margin-top: 3rem; border-bottom: 1px solid #ccc; }
code, pre { font-family: ui-monospace, monospace; }
pre { background: #f5f5f5; padding: 1rem; overflow-x: auto; font-size: 0.85rem; }
.method { display: inline-block; min-width: 4.5rem; font-weight: 700; }
details { margin: 0.5rem 0; }
summary { cursor: pointer; }
"""


def render(openapi: Mapping[str, Any]) -> str:
    """HTML with every operation by tag, then every schema."""
    info = openapi["info"]
    body = "".join((*_operations(openapi), "<h2>Schemas</h2>", *_schemas(openapi)))
    title = escape(info["title"])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/docs/style.css"></head>'
        f"<body><h1>{title} {escape(info['version'])}</h1><p>{escape(info.get('description', ''))}</p>"
        f'<p>Machine-readable: <a href="/openapi.json">/openapi.json</a></p>{body}</body></html>'
    )


def _operations(openapi: Mapping[str, Any]) -> Iterable[str]:
    by_tag: dict[str, list[str]] = {}
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            tag = operation.get("tags", ["other"])[0]
            by_tag.setdefault(tag, []).append(_operation(method, path, operation))
    for tag, operations in by_tag.items():
        yield f"<h2>{escape(tag)}</h2>{''.join(operations)}"


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    statuses = ", ".join(operation.get("responses", {}))
    details = {key: operation[key] for key in ("parameters", "requestBody") if key in operation}
    return (
        f'<details><summary><span class="method">{method.upper()}</span><code>{escape(path)}</code></summary>'
        f"<p>{escape(operation.get('description', ''))}</p><p>Answers: {escape(statuses)}</p>{_json(details)}</details>"
    )


def _schemas(openapi: Mapping[str, Any]) -> Iterable[str]:
    for name, schema in sorted(openapi.get("components", {}).get("schemas", {}).items()):
        yield f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary>{_json(schema)}</details>'


def _json(value: Any) -> str:
    return f"<pre>{escape(json.dumps(value, ensure_ascii=False, indent=2))}</pre>" if value else ""
