"""Both servers for as long as another process lives.

`python -m saisei_local.embedded.hold [--fleeting] FOLDER OWNER VHOST…` prints nothing; FOLDER/servers.json says where
they listen as soon as they answer. Fleeting data goes with the machine's power and is written sooner: for tests.
"""

import json
import os
import secrets
import select
import sys
from collections.abc import Sequence
from pathlib import Path

from saisei_local.embedded.ports import LOOPBACK, choose_ports
from saisei_local.embedded.postgres import EmbeddedPostgres
from saisei_local.embedded.rabbitmq import EmbeddedRabbit, RabbitPorts
from saisei_local.provision.broker import broker_definitions
from saisei_local.stopping import Stopped, stopping_on_signals


def hold(folder: Path, owner: int, vhosts: Sequence[str], *, fleeting: bool) -> None:
    """Run until `owner` has ended or a stop signal comes, then end both servers."""
    watched = os.pidfd_open(owner)
    password = secrets.token_urlsafe(16)
    ports = choose_ports(("postgres", "amqp", "epmd", "distribution"), {})
    where = RabbitPorts(ports["amqp"], ports["epmd"], ports["distribution"])
    definitions = broker_definitions((), {"admin": password, "observer": password}, vhosts)
    rabbit = EmbeddedRabbit(folder, where, definitions, secrets.token_hex(20))
    postgres = EmbeddedPostgres(folder, ports["postgres"], password, fleeting=fleeting)
    try:
        with stopping_on_signals():
            rabbit.launch()
            postgres.start()
            rabbit.wait_ready()
            amqp = f"amqp://saisei_admin:{password}@{LOOPBACK}:{ports['amqp']}/"
            _announce(folder / "servers.json", {"postgres": postgres.url(), "amqp": amqp})
            select.select([watched], [], [])
    except Stopped:
        return
    finally:
        postgres.stop()
        rabbit.stop()


def _announce(path: Path, servers: dict[str, str]) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(servers))
    fresh.replace(path)


if __name__ == "__main__":
    given = [argument for argument in sys.argv[1:] if argument != "--fleeting"]
    hold(Path(given[0]), int(given[1]), given[2:], fleeting="--fleeting" in sys.argv)
