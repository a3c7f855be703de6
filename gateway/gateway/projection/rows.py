"""Rows of the read model, read and written a batch at a time."""

from collections.abc import Collection, Sequence
from typing import Any, TypeVar

from gateway.projection.state import State

S = TypeVar("S", bound=State)


async def load(conn: Any, statement: str, model: type[S], ids: Collection[str]) -> list[S]:
    """The rows of these ids, as far as they exist; each is one JSON document in the column `state`."""
    rows = await conn.fetch(statement, sorted(ids)) if ids else []
    return [model.model_validate_json(row["state"]) for row in rows]


async def save(conn: Any, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Gives the statement each column as an array; without rows it is not sent."""
    if rows:
        await conn.execute(statement, *map(list, zip(*rows, strict=True)))
