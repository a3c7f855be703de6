"""What each process of an instance is told: its own credentials and nobody else's."""

import os
from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlsplit, urlunsplit

from saisei_local.services import SERVICES
from saisei_local.settings import AUDIENCE, ISSUER, LocalSettings
from saisei_local.state import Secrets, StateDir

ADMIN_ONLY = ("SAISEI_DATABASE_URL", "SAISEI_AMQP_URL")


def with_login(url: str, user: str, password: str) -> str:
    """The same server's URL for another login."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{host}"))


def service_environment(
    names: Sequence[str],
    settings: LocalSettings,
    state: StateDir,
    secrets: Secrets,
    database_url: str,
    amqp_url: str,
    environ: Mapping[str, str] = os.environ,
) -> dict[str, str]:
    """The environment of a process that runs these services. A variable that the user set for a service wins.

    `database_url` is the administrator's, for Saisei's database; `amqp_url` the embedded broker's administrator's,
    or someone else's broker, whose one login then serves every service.
    """
    base = {name: value for name, value in environ.items() if name not in ADMIN_ONLY and not _is_anothers(name, names)}
    ours = {
        "SAISEI_STATE_DIR": str(state.root),
        "SAISEI_PORT": str(settings.port),
        "SAISEI_BLOB_URL": settings.blob_url or state.blobs.as_uri(),
    }
    if "SAISEI_JWKS_URL" not in environ:
        tokens = {"SAISEI_JWT_ISSUER": ISSUER, "SAISEI_JWT_AUDIENCE": AUDIENCE}
        ours |= tokens | {"SAISEI_JWKS_FILE": str(state.jwks)}
    for name in names:
        login = f"saisei_{name}"
        own_amqp = amqp_url if settings.amqp_url else with_login(amqp_url, login, secrets.broker[name])
        ours[f"SAISEI_{name.upper()}_DATABASE_URL"] = with_login(database_url, login, secrets.database[name])
        ours[f"SAISEI_{name.upper()}_AMQP_URL"] = own_amqp
    return ours | base


def owner_urls(database_url: str, secrets: Secrets) -> dict[str, str]:
    """By service, the URL its migrations run with."""
    return {
        name: with_login(database_url, f"saisei_{name}_owner", secrets.database[f"{name}_owner"]) for name in SERVICES
    }


def _is_anothers(variable: str, names: Sequence[str]) -> bool:
    others = (name for name in SERVICES if name not in names)
    return variable.startswith(tuple(f"SAISEI_{name.upper()}_" for name in others))
