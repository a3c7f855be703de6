"""SQL put together: whatever a batch reads is one round trip to the database, and whatever it writes another."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from gateway.projection.state import State

_PLACEHOLDER = re.compile(r"\$(\d+)")

S = TypeVar("S", bound=State)


@dataclass(frozen=True, slots=True)
class Read(Generic[S]):
    """Rows that a statement reads, each one JSON document in the column `state`; it takes their ids as an array."""

    statement: str
    model: type[S]
    ids: Collection[str]


@dataclass(frozen=True, slots=True)
class Written:
    """Rows that a statement writes; it takes each column as an array."""

    statement: str
    rows: Sequence[tuple[Any, ...]]


async def load(conn: Any, *asked: Read[Any]) -> list[list[Any]]:
    """The rows of each, as far as they exist, in one round trip; what is asked for no ids is left out of it."""
    parts: list[str] = []
    arguments: list[list[str]] = []
    for number, one in enumerate(asked):
        if one.ids:
            arguments.append(sorted(one.ids))
            statement = _shifted(one.statement, len(parts))
            parts.append(f"SELECT {number} AS part, state FROM ({statement}) AS p{number}")  # noqa: S608 - our own SQL.
    found: list[list[Any]] = [[] for _ in asked]
    for part, state in await conn.fetch(" UNION ALL ".join(parts), *arguments) if parts else []:
        found[part].append(asked[part].model.model_validate_json(state))
    return found


async def write(conn: Any, one: Written) -> None:
    """Writes rows, where there are any."""
    if one.rows:
        await conn.execute(one.statement, *map(list, zip(*one.rows, strict=True)))


async def write_together(conn: Any, written: Iterable[Written], last: str, *given: Any) -> None:
    """Writes rows and runs a last statement in one round trip; what has no rows is left out of it.

    All parts see what was there before, none what another one wrote, and in which order they lock rows is PostgreSQL's
    affair: whoever calls must hold a lock that covers all of them.
    """
    parts: list[str] = []
    arguments: list[Any] = []
    for one in written:
        if one.rows:
            parts.append(f"w{len(parts)} AS ({_shifted(one.statement, len(arguments))})")
            arguments += map(list, zip(*one.rows, strict=True))
    final = _shifted(last, len(arguments))
    await conn.execute(f"WITH {', '.join(parts)} {final}" if parts else final, *arguments, *given)


def _shifted(statement: str, by: int) -> str:
    return _PLACEHOLDER.sub(lambda found: f"${int(found[1]) + by}", statement)
