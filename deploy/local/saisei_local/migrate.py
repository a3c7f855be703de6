"""`saisei migrate`: database, roles, schemas and tables, and the topology of a broker that is not ours."""

import asyncio
from contextlib import suppress

from saisei_local.backfill import GatewayBehindError, backfill, note_services
from saisei_local.environment import owner_urls
from saisei_local.provision.broker import declare
from saisei_local.provision.database import provision_database
from saisei_local.revisions import outdated
from saisei_local.services import SERVICES, topologies
from saisei_local.settings import LocalSettings
from saisei_local.stack import Stack, database_name, database_url, load_secrets
from saisei_local.state import Secrets, StateDir


def migrate(settings: LocalSettings, *, supervised: bool = False) -> list[str]:
    """Bring everything up to date, on a running instance or on one that is started just for this.

    Returns the services that still have to be told of the time before them, which a supervisor does by itself.
    """
    state = StateDir(settings.state_dir)
    secrets = load_secrets(state)
    if settings.database_url or state.is_locked():
        return asyncio.run(_migrate(settings, state, secrets, supervised))
    with state.lock():
        stack = Stack(settings, state, secrets, topologies())
        try:
            stack.launch_database()
            stack.wait_for_database()
            return asyncio.run(_migrate(settings, state, secrets, supervised))
        finally:
            stack.stop()


async def _migrate(settings: LocalSettings, state: StateDir, secrets: Secrets, supervised: bool) -> list[str]:
    url = database_url(settings, secrets, state.instance().ports)
    owners = owner_urls(url, secrets)
    await provision_database(url, SERVICES, secrets.database, database_name(url))
    # Which services are new is told by the tables they do not have yet.
    pending = await note_services(url)
    if behind := await outdated(owners):
        # Loading it takes longer than all the rest of a start from tables that are as they should be.
        from saisei_local.tables import migrate_tables

        await migrate_tables(behind)
    if settings.amqp_url:
        await declare(settings.amqp_url, topologies())
        if pending and not supervised:
            with suppress(GatewayBehindError):
                await backfill(url, owners["gateway"], settings.amqp_url, topologies(), patience=0)
                return []
    return pending
