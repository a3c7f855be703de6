"""A line for the shell that calls an operation."""

import json
import re
from typing import Any

from gateway.openapi import Operation

NEXT = " \\\n  "


def line(operation: Operation, body: Any) -> str:
    """A curl command; ids in the path are shell variables."""
    path = re.sub(r"\{(\w+)\}", lambda match: f"${match[1].upper()}", operation.path)
    parts = [f'curl{_flags(operation)} "$SAISEI{path}"']
    if "security" in operation.content:
        parts.append('-H "Authorization: Bearer $TOKEN"')
    if operation.body is not None:
        parts += _body(operation, body)
    return NEXT.join(parts)


def _flags(operation: Operation) -> str:
    produced = _produced(operation)
    method = "" if operation.method == "GET" else f" -X {operation.method}"
    if "text/event-stream" in produced:
        return f" -N{method}"
    return f"{method} -o image.jpg" if "image/jpeg" in produced else method


def _produced(operation: Operation) -> list[str]:
    responses = operation.content.get("responses", {})
    return [name for status, one in responses.items() if status[0] == "2" for name in one.get("content", {})]


def _file(operation: Operation) -> str:
    return "logo=@logo.png" if operation.path.endswith("/logo") else "photo=@photo.jpg"


def _body(operation: Operation, body: Any) -> list[str]:
    if operation.body is not None and operation.body[0] == "multipart/form-data":
        return [f"-F {_file(operation)}"]
    text = json.dumps(body, ensure_ascii=False).replace("'", "'\\''")
    return ['-H "Content-Type: application/json"', f"-d '{text}'"]
