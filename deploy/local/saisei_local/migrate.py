"""`saisei migrate`: database, roles, schemas and tables, and the topology of a broker that is not ours."""

import asyncio

from saisei_local.environment import owner_urls
from saisei_local.provision.broker import declare
from saisei_local.provision.database import provision_database
from saisei_local.revisions import outdated
from saisei_local.services import SERVICES, topologies
from saisei_local.settings import LocalSettings
from saisei_local.stack import Stack, database_name, database_url, load_secrets
from saisei_local.state import Secrets, StateDir


def migrate(settings: LocalSettings) -> None:
    """Bring everything up to date, on a running instance or on one that is started just for this."""
    state = StateDir(settings.state_dir)
    secrets = load_secrets(state)
    if settings.database_url or state.is_locked():
        asyncio.run(_migrate(settings, state, secrets))
        return
    with state.lock():
        stack = Stack(settings, state, secrets, topologies())
        try:
            stack.launch_database()
            stack.wait_for_database()
            asyncio.run(_migrate(settings, state, secrets))
        finally:
            stack.stop()


async def _migrate(settings: LocalSettings, state: StateDir, secrets: Secrets) -> None:
    url = database_url(settings, secrets, state.instance().ports)
    await provision_database(url, SERVICES, secrets.database, database_name(url))
    if behind := await outdated(owner_urls(url, secrets)):
        # Loading it takes longer than all the rest of a start from tables that are as they should be.
        from saisei_local.tables import migrate_tables

        await migrate_tables(behind)
    if settings.amqp_url:
        await declare(settings.amqp_url, topologies())
