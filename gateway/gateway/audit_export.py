"""Audit entries as files: JSON lines, and CSV that a spreadsheet opens without running anything in it."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from contracts.audit import AuditEntry

Entry = Mapping[str, Any]
"""An entry as the jobs service sends it, in JSON's own types and names."""

COLUMNS = tuple(field.alias or name for name, field in AuditEntry.model_fields.items())
BYTE_ORDER_MARK = "\ufeff"
"""Excel takes a CSV without it for the machine's old code page, and Japanese text for noise."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def json_lines(entries: Iterable[Entry], *, first: bool) -> str:
    """One object a line."""
    del first
    return "".join(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n" for entry in entries)


def comma_separated(entries: Iterable[Entry], *, first: bool) -> str:
    """RFC 4180, with a header before the first rows; objects are JSON in their cell."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    if first:
        target.write(BYTE_ORDER_MARK)
        writer.writerow(COLUMNS)
    writer.writerows([_cell(entry.get(column)) for column in COLUMNS] for entry in entries)
    return target.getvalue()


Writer = Callable[..., str]
WRITERS: dict[str, tuple[Writer, str, str]] = {
    "jsonl": (json_lines, "application/x-ndjson", "audit.jsonl"),
    "csv": (comma_separated, "text/csv; charset=utf-8", "audit.csv"),
}
"""By format: what writes it, its media type and a name for the file."""


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not isinstance(value, int) else text
