"""The `saisei` command. Each command imports what it needs when it runs, so that the light ones start at once."""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from saisei_local.embedded.process import StartError
from saisei_local.embedded.rabbitmq_install import RabbitMissingError
from saisei_local.memory import load_no_spares
from saisei_local.settings import LocalSettings, SettingsError
from saisei_local.state import StateDir, StateError

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Saisei on this machine."
)
dead = typer.Typer(no_args_is_help=True, help="Messages that failed every try.")
app.add_typer(dead, name="dead")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@contextmanager
def _plain_errors() -> Iterator[None]:
    """What a person can put right is one message and status 1, without a trace."""
    try:
        yield
    except (SettingsError, StateError, StartError, RabbitMissingError) as error:
        typer.echo(f"saisei: {error}", err=True)
        raise typer.Exit(1) from error


@app.command()
def up(
    split: Annotated[bool, typer.Option("--split", help="One process a service.")] = False,
) -> None:
    """Run everything here until Ctrl-C: database, broker, all services, gateway."""
    with _plain_errors():
        settings = LocalSettings.load()
        from rich.console import Console

        from saisei_local.up import up as run_up

        run_up(settings, split=split, console=Console())


@app.command()
def run(
    names: Annotated[list[str], typer.Argument(help="Services, or `all`.")],
    supervised: Annotated[bool, typer.Option("--supervised", hidden=True)] = False,
    after: Annotated[int | None, typer.Option("--after", hidden=True, help="The gate to wait at.")] = None,
) -> None:
    """Run services in this process, with the databases and brokers that SAISEI_* variables name."""
    with _plain_errors():
        if not supervised:  # The supervisor has checked them.
            LocalSettings.load()
        load_no_spares()
        from chassis.errors import SettingsError as ServiceSettingsError
        from saisei_local.run import run_services
        from saisei_local.services import SERVICES

        wanted = list(SERVICES) if names == ["all"] else names
        if unknown := [name for name in wanted if name not in SERVICES]:
            raise SettingsError(f"no service is called {unknown[0]!r}; there are {', '.join(SERVICES)}")
        try:
            run_services(wanted, after)
        except ServiceSettingsError as error:
            raise SettingsError(str(error)) from error


@app.command()
def migrate(supervised: Annotated[bool, typer.Option("--supervised", hidden=True)] = False) -> None:
    """Create or update database, roles, schemas and tables, and the topology of a broker that is not ours."""
    with _plain_errors():
        settings = LocalSettings.load()
        from saisei_local.backfilling import STATUS_PENDING
        from saisei_local.migrate import migrate as run_migrate

        if pending := run_migrate(settings, supervised=supervised):
            typer.echo(f"To be told of the time before them by `up`, or by `backfill`: {', '.join(pending)}", err=True)
            raise typer.Exit(STATUS_PENDING if supervised else 0)


@app.command()
def backfill(
    service: Annotated[str | None, typer.Option(help="This one, from the beginning, told before or not.")] = None,
) -> None:
    """Tell services that came later all events from before them. It may be repeated."""
    with _plain_errors():
        settings = LocalSettings.load()
        from saisei_local.backfill import run_backfill

        typer.echo(run_backfill(settings, service))


@app.command()
def token(
    team: Annotated[str, typer.Option(help="The team that everything is scoped to.")],
    user: Annotated[str, typer.Option(help="Who acts.")],
    role: Annotated[str, typer.Option(help="viewer, editor or admin.")],
    ttl: Annotated[str, typer.Option(help="How long it is valid: 30m, 1h, 7d.")] = "1h",
) -> None:
    """Print a development token for the gateway."""
    with _plain_errors():
        from saisei_local.services import SERVICES
        from saisei_local.token import issue_token, parse_ttl

        secrets = StateDir(LocalSettings.load().state_dir).secrets(SERVICES)
        try:
            typer.echo(issue_token(secrets, team=team, user=user, role=role, ttl_seconds=parse_ttl(ttl)))
        except ValueError as error:
            raise SettingsError(str(error)) from error


@app.command()
def doctor(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, with whole URLs: passwords are in them.")
    ] = False,
) -> None:
    """Say what is set up and what is wrong; status 1 when anything is."""
    with _plain_errors():
        settings = LocalSettings.load()
        from saisei_local.doctor import examine

        report = asyncio.run(examine(settings))
        if as_json:
            typer.echo(json.dumps(report.as_json(), indent=2))
            if sys.stdout.isatty():
                typer.echo("saisei: the URLs above hold the administrator's passwords: show them to nobody", err=True)
        else:
            from saisei_local.terminal import print_report

            print_report(report)
        sys.exit(0 if report.ok else 1)


@dead.command("list")
def dead_list(as_json: AsJson = False) -> None:
    """The dead letters with their reasons, up to 5000 of each queue. Nothing is taken away or moved."""
    with _plain_errors():
        from saisei_local.terminal import find_dead, print_dead

        print_dead(find_dead(LocalSettings.load()), as_json=as_json)


@dead.command("show")
def dead_show(message_id: str) -> None:
    """One dead letter: headers and body."""
    with _plain_errors():
        from saisei_local.terminal import find_dead, print_dead_letter

        print_dead_letter(find_dead(LocalSettings.load()), message_id)


@dead.command("replay")
def dead_replay(
    message_ids: Annotated[list[str] | None, typer.Argument(help="As `list` shows them.")] = None,
    queue: Annotated[str | None, typer.Option(help="All of this queue instead.")] = None,
) -> None:
    """Send dead letters back to the queues they died on. The audit log is told."""
    with _plain_errors():
        from saisei_local.terminal import replay_dead

        replay_dead(LocalSettings.load(), message_ids or [], queue)


@app.command()
def demo(
    brief: Annotated[Path | None, typer.Option(help="Your own brief, YAML or JSON; the sample shows its form.")] = None,
    image: Annotated[Path | None, typer.Option(help="Your own photo, JPEG, PNG or WebP.")] = None,
    out: Annotated[Path, typer.Option(help="Where the images, the kit, the cascades and the sheet go.")] = Path(
        "out/demo"
    ),
) -> None:
    """Make a campaign's kit, regenerate one image and one copy variant, and show exactly what follows."""
    with _plain_errors():
        settings = LocalSettings.load()
        from saisei_local.demo import run_demo

        run_demo(settings, brief, image, out)
