"""A service's database as an installation has it: its roles, and the tables that its shipped migrations make."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from saisei_local.environment import with_login
from saisei_local.provision.database import owner_role, provision_database, service_role
from saisei_local.stack import database_name
from saisei_local.tables import migrate_tables


@pytest.fixture(scope="session")
def install(make_database: Callable[[], str]) -> Callable[[str], str]:
    """Makes a service's database; returns its URL as the role that the service runs with."""

    def made(service: str) -> str:
        # Roles belong to the whole server, so all tests that share one must give a role the same password.
        passwords = {service: f"pw-{service}", f"{service}_owner": f"pw-{service}_owner"}
        url = make_database()
        owner = with_login(url, owner_role(service), passwords[f"{service}_owner"])

        async def install() -> None:
            await provision_database(url, [service], passwords, database_name(url))
            await migrate_tables({service: owner})

        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, install()).result()
        return with_login(url, service_role(service), passwords[service])

    return made
