"""Settings of the local run, and the check that no SAISEI_* variable is misspelt."""

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from saisei_local.services import SERVICES

PREFIX = "SAISEI_"
DEFAULT_PORT = 8080
ISSUER = "saisei-local"
AUDIENCE = "saisei"
LOCAL_NAMES = frozenset(
    {
        "SAISEI_STATE_DIR",
        "SAISEI_PORT",
        "SAISEI_DATABASE_URL",
        "SAISEI_AMQP_URL",
        "SAISEI_BLOB_URL",
        "SAISEI_JWKS_FILE",
        "SAISEI_JWKS_URL",
        "SAISEI_JWT_ISSUER",
        "SAISEI_JWT_AUDIENCE",
        "SAISEI_TEST_CRASH_AT",
        *(f"SAISEI_{name.upper()}_{kind}" for name in SERVICES for kind in ("DATABASE_URL", "AMQP_URL", "HEALTH_PORT")),
    }
)


class SettingsError(ValueError):
    """A SAISEI_* variable is unknown or malformed; the message names it."""


@dataclass(frozen=True)
class LocalSettings:
    """Where an instance keeps its state, where it listens, and which servers of others it uses instead of its own."""

    state_dir: Path
    port: int
    database_url: str | None
    amqp_url: str | None
    blob_url: str | None

    @classmethod
    def load(cls, environ: Mapping[str, str] = os.environ) -> "LocalSettings":
        """Read the environment. Raises SettingsError that names the variable at fault."""
        _reject_unknown(environ)
        return cls(
            state_dir=Path(environ.get("SAISEI_STATE_DIR") or ".saisei").absolute(),
            port=_port(environ.get("SAISEI_PORT") or str(DEFAULT_PORT)),
            database_url=_url(environ, "SAISEI_DATABASE_URL", ("postgresql", "postgres")),
            amqp_url=_url(environ, "SAISEI_AMQP_URL", ("amqp", "amqps")),
            blob_url=environ.get("SAISEI_BLOB_URL") or None,
        )


def _reject_unknown(environ: Mapping[str, str]) -> None:
    unknown = {name for name in environ if name.startswith(PREFIX)} - LOCAL_NAMES
    if not unknown:
        return
    known = LOCAL_NAMES | _service_names()
    for name in sorted(unknown - known):
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise SettingsError(f"{name} is not a setting of Saisei{hint}")


def _service_names() -> set[str]:
    # Imported only when a name is not ours: the models bring pydantic and the services with them.
    from chassis.settings import known_variables
    from saisei_local.services import settings_models

    return known_variables(settings_models())


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise SettingsError(f"SAISEI_PORT is {text!r}; it must be a number from 1 to 65535")
    return int(text)


def _url(environ: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    text = environ.get(name)
    if not text:
        return None
    try:
        parts = urlsplit(text)
        usable = parts.scheme in schemes and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(f"{name} is malformed; it must look like {schemes[0]}://user:password@host:port/name")
    return text
