"""How reports and dead letters look on a terminal."""

import asyncio
import json
import re
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

import typer
from aiormq.exceptions import AMQPConnectionError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from chassis.deadqueues import PAGE
from saisei_local.dead import DeadLetter, UnknownDeadLetterError, beyond_page, list_dead, replay
from saisei_local.doctor import Report
from saisei_local.services import topologies
from saisei_local.settings import LocalSettings
from saisei_local.stack import amqp_url, load_secrets
from saisei_local.state import StateDir, StateError

T = TypeVar("T")

UNKNOWN = f"no dead letter among the first {PAGE} of each queue has the id {{}}"


def print_report(report: Report) -> None:
    """The doctor's findings, with passwords hidden."""
    console = Console()
    for name, url in (("gateway", report.gateway_url), ("database", report.database_url), ("broker", report.amqp_url)):
        if urlsplit(url).port != 0:  # Ours have no port before the first start.
            console.print(Text(f"{name:<9} {_without_password(url)}"))
    console.print(Text(f"{'state':<9} {report.state_dir}"))
    console.print(Text(f"{'versions':<9} {', '.join(f'{k} {v}' for k, v in report.versions.items())}"))
    for check in (check for check in report.checks if check.looked):
        mark = ("ok ", "green") if check.ok else ("bad", "red")
        console.print(Text.assemble(mark, f" {check.name}: {check.detail}"))
    if unseen := [check.name for check in report.checks if not check.looked]:
        console.print(Text.assemble(("–  ", "dim"), f" not checked: {', '.join(unseen)}"))


def find_dead(settings: LocalSettings) -> list[DeadLetter]:
    """The dead letters of the instance. Says on stderr how many there are beyond those."""
    url = _admin_amqp_url(settings)
    for queue, count in _from_broker(beyond_page(url, topologies())).items():
        typer.echo(f"{queue}: {count} more wait behind the first {PAGE}: replay some of those first", err=True)
    return _from_broker(list_dead(url, topologies()))


def replay_dead(settings: LocalSettings, message_ids: Sequence[str], queue: str | None) -> None:
    """Replay by id, or all of one queue, recorded in the audit log. Raises StateError when there is none such."""
    if queue is not None:
        message_ids = [letter.message_id for letter in find_dead(settings) if letter.queue == queue]
    if not message_ids:
        raise StateError(f"{queue} has no dead letters" if queue else "name the dead letters' ids, or a --queue")
    try:
        count = _from_broker(replay(_admin_amqp_url(settings), topologies(), *message_ids, record=True))
    except UnknownDeadLetterError as error:
        raise StateError(UNKNOWN.format(error)) from error
    typer.echo(f"replayed {count}")


def print_dead(letters: Sequence[DeadLetter], *, as_json: bool) -> None:
    """All of them, one a line, or as JSON without their bodies."""
    if as_json:
        typer.echo(json.dumps([_summary(letter) for letter in letters], indent=2, ensure_ascii=False))
        return
    table = Table("queue", "id", "type", "tries", "died", "reason", box=None)
    for letter in letters:
        table.add_row(*(Text(str(value)) for value in _summary(letter).values()))
    Console().print(table if letters else "No dead letters.")
    for line in _sums(letters):
        Console().print(Text(line, style="dim"))


def print_dead_letter(letters: Sequence[DeadLetter], message_id: str) -> None:
    """Headers and body. Raises StateError when there is no such dead letter."""
    found = [letter for letter in letters if letter.message_id == message_id]
    if not found:
        raise StateError(UNKNOWN.format(message_id))
    for letter in found:
        body = letter.body.decode(errors="backslashreplace")
        typer.echo(
            json.dumps(_summary(letter) | {"headers": letter.headers}, indent=2, default=str, ensure_ascii=False)
        )
        typer.echo(body)


def _sums(letters: Sequence[DeadLetter]) -> list[str]:
    """By queue and type: how many, and when the first and the last of them died."""
    times: dict[tuple[str, str], list[str]] = {}
    for letter in letters:
        times.setdefault((letter.queue, letter.type), []).append(letter.dead_at)
    return [f"{queue} {type_}: {len(at)}, from {min(at)} to {max(at)}" for (queue, type_), at in times.items()]


def _summary(letter: DeadLetter) -> dict[str, object]:
    return {
        "queue": letter.queue,
        "id": letter.message_id,
        "type": letter.type,
        "tries": letter.tries,
        "deadAt": letter.dead_at,
        "reason": letter.reason,
    }


def _from_broker(asked: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(asked)
    except (AMQPConnectionError, ConnectionError, TimeoutError) as error:
        raise StateError("the broker does not answer: start the instance with `saisei up`") from error


def _admin_amqp_url(settings: LocalSettings) -> str:
    state = StateDir(settings.state_dir)
    ports = state.instance().ports
    if not settings.amqp_url and "amqp" not in ports:
        raise StateError(f"no instance has run in {state.root} yet: start one with `saisei up`")
    return amqp_url(settings, load_secrets(state), ports)


def _without_password(url: str) -> str:
    return re.sub(r":[^:@/]*@", ":…@", url) if urlsplit(url).password else url
