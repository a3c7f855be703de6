"""Whether the distribution's RabbitMQ package is on this machine; `scripts/bootstrap` is what installs it."""

import shutil
from pathlib import Path

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
MISSING = """\
Saisei needs RabbitMQ, and it is not installed here. Any one of these will do:
  1. let Saisei install the package:      make setup
  2. install the distribution's package:  sudo apt-get install --no-install-recommends rabbitmq-server
  3. use a broker you have:               export SAISEI_AMQP_URL=amqp://user:password@host:5672/
  4. run one in a container:              docker run -d -p 127.0.0.1:5672:5672 rabbitmq:4
                                          export SAISEI_AMQP_URL=amqp://guest:guest@127.0.0.1:5672/"""


class RabbitMissingError(RuntimeError):
    """RabbitMQ is not installed; the message names the ways to get it."""

    def __init__(self) -> None:
        super().__init__(MISSING)


def is_installed() -> bool:
    """Whether the distribution's server and Erlang's port mapper are here."""
    return SERVER.exists() and shutil.which("epmd") is not None


def require_rabbitmq() -> None:
    """Raises RabbitMissingError."""
    if not is_installed():
        raise RabbitMissingError
