"""The databases of the cascade: a schema and a role a hop, as an installation has them."""

import asyncpg

from bench.hops.steps import EFFECTS_TABLE, SERVICES
from chassis.tables import STATEMENTS
from saisei_local.environment import with_login
from saisei_local.provision.database import owner_role, provision_database, service_role, with_database

PASSWORDS = {name: f"pw-{name}" for service in SERVICES for name in (service, f"{service}_owner")}


async def install(admin_url: str, database: str) -> dict[str, str]:
    """Makes the database with the chassis' tables and the effects; the URL of each hop's service."""
    await provision_database(admin_url, SERVICES, PASSWORDS, database)
    url = with_database(admin_url, database)
    for service in SERVICES:
        connection = await asyncpg.connect(with_login(url, owner_role(service), PASSWORDS[f"{service}_owner"]))
        for statement in (*STATEMENTS, EFFECTS_TABLE):
            await connection.execute(statement)
        await connection.close()
    return {service: with_login(url, service_role(service), PASSWORDS[service]) for service in SERVICES}


async def effects(admin_url: str, database: str) -> int:
    """How many effect rows there are in all of the hops' schemas."""
    connection = await asyncpg.connect(with_database(admin_url, database))
    try:
        return sum([await connection.fetchval(f"SELECT count(*) FROM {service}.effects") for service in SERVICES])  # noqa: S608 - our own names.
    finally:
        await connection.close()
