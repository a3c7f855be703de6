"""Brings every service's tables up to date with the migrations that the service carries."""

from collections.abc import Mapping
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from saisei_local.revisions import migrations
from saisei_local.state import StateError

OTHER_VERSION = (
    "the tables of {service} were made by another version of Saisei ({error}). Before the first release there is no "
    "upgrade from one to the next: stop Saisei and move its state folder away (.saisei, or SAISEI_STATE_DIR), or name "
    "an empty database"
)


async def migrate_tables(owner_urls: Mapping[str, str]) -> None:
    """Upgrades each service's schema, as its owner. `owner_urls` are PostgreSQL URLs by service.

    Raises StateError when another version's migrations made the tables.
    """
    for service, url in owner_urls.items():
        engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"), poolclass=NullPool)
        try:
            async with engine.connect() as connection:
                await connection.run_sync(_upgrade, service)
                await connection.commit()
        finally:
            await engine.dispose()


def _upgrade(connection: Connection, service: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "alembic_env"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(migrations(service)))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StateError(OTHER_VERSION.format(service=service, error=error)) from error
