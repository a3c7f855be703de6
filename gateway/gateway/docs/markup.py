"""Small pieces of HTML; whatever is put in as text is escaped."""

import json
import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any


def text(words: str) -> str:
    """One line of text; what stands between backticks is code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(words))


def paragraphs(words: str) -> list[str]:
    """A description's paragraphs."""
    return [text(" ".join(part.split())) for part in words.split("\n\n") if part.strip()]


def code(content: str) -> str:
    """A block of code."""
    return f"<pre><code>{escape(content)}</code></pre>"


def pretty(value: Any) -> str:
    """A block of JSON."""
    return code(json.dumps(value, ensure_ascii=False, indent=2))


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are HTML already; nothing without a row."""
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>' if body else ""
