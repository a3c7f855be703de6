"""A database as an installation has it: every role and schema, and the tables that the shipped migrations make."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from saisei_local.environment import with_login
from saisei_local.provision.database import owner_role, provision_database, service_role
from saisei_local.services import SERVICES
from saisei_local.stack import database_name
from saisei_local.tables import migrate_tables

# Roles belong to the whole server, so all tests that share one must give a role the same password.
PASSWORDS = {name: f"pw-{name}" for service in SERVICES for name in (service, f"{service}_owner")}

RoleUrl = Callable[[str], str]


@pytest.fixture(scope="session")
def installed_database(make_database: Callable[[], str]) -> str:
    """The superuser's URL of a database that was migrated from empty."""
    url = make_database()

    async def install() -> None:
        await provision_database(url, SERVICES, PASSWORDS, database_name(url))
        owners = {name: with_login(url, owner_role(name), PASSWORDS[f"{name}_owner"]) for name in SERVICES}
        await migrate_tables(owners)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, install()).result()
    return url


@pytest.fixture(scope="session")
def role_url(installed_database: str) -> RoleUrl:
    """The installed database's URL as the role that a service runs with."""
    return lambda service: with_login(installed_database, service_role(service), PASSWORDS[service])
