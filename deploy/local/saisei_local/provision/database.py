"""The database: a schema a service, owned by the role that migrates it and used by the role that serves from it."""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit, urlunsplit

import asyncpg

SCRAM_ITERATIONS = 4096
# Roles belong to the whole server: two set-ups at once would trip over each other's catalogue rows.
PROVISION_LOCK = 7_210_046


def service_role(service: str) -> str:
    """The role a running service logs in as: rows of its own schema only."""
    return f"saisei_{service}"


def owner_role(service: str) -> str:
    """The role that owns a service's schema and runs its migrations."""
    return f"saisei_{service}_owner"


def with_database(url: str, database: str) -> str:
    """The same server's URL for another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


async def provision_database(
    admin_url: str, services: Sequence[str], passwords: Mapping[str, str], database: str = "saisei"
) -> None:
    """Create or correct the database, its roles and schemas. `passwords` go by `<service>` and `<service>_owner`.

    Can be repeated, also by several processes at once. `admin_url` names any database of the server.
    """
    connection = await _connect_to_server(admin_url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", PROVISION_LOCK)
        for service in services:
            await _ensure_role(connection, service_role(service), passwords[service])
            await _ensure_role(connection, owner_role(service), passwords[f"{service}_owner"])
        await _ensure_database(connection, database)
        await _provision_schemas(with_database(admin_url, database), services, database)
    finally:
        await connection.close()


async def _connect_to_server(url: str) -> asyncpg.Connection:
    # Advisory locks are a database's own, so all set-ups of a server meet in the one that every server has.
    try:
        return await asyncpg.connect(with_database(url, "postgres"))
    except asyncpg.InvalidCatalogNameError:
        return await asyncpg.connect(url)


async def _ensure_role(connection: asyncpg.Connection, role: str, password: str) -> None:
    exists = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
    attributes = "LOGIN NOCREATEDB NOCREATEROLE INHERIT"
    verb = "ALTER" if exists else "CREATE"
    await connection.execute(f"{verb} ROLE {role} {attributes} PASSWORD '{scram_verifier(password)}'")


async def _ensure_database(connection: asyncpg.Connection, database: str) -> None:
    if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
        await connection.execute(f'CREATE DATABASE "{database}" TEMPLATE template0')


async def _provision_schemas(url: str, services: Sequence[str], database: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
        await connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        for service in services:
            await _provision_schema(connection, service, database)
    finally:
        await connection.close()


async def _provision_schema(connection: asyncpg.Connection, service: str, database: str) -> None:
    role, owner = service_role(service), owner_role(service)
    if not await connection.fetchval("SELECT pg_has_role(current_user, $1, 'MEMBER')", owner):
        await connection.execute(f"GRANT {owner} TO CURRENT_USER")
    objects = f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {service} GRANT"
    for statement in (
        f'GRANT CONNECT ON DATABASE "{database}" TO {role}, {owner}',
        f"CREATE SCHEMA IF NOT EXISTS {service} AUTHORIZATION {owner}",
        f"GRANT USAGE ON SCHEMA {service} TO {role}",
        f"{objects} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
        f"{objects} USAGE, SELECT ON SEQUENCES TO {role}",
        f'ALTER ROLE {role} IN DATABASE "{database}" SET search_path = {service}',
        f'ALTER ROLE {owner} IN DATABASE "{database}" SET search_path = {service}',
    ):
        await connection.execute(statement)


def scram_verifier(password: str) -> str:
    """What PostgreSQL stores for a password (RFC 5803), so that the password itself is in no statement and no log."""
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, SCRAM_ITERATIONS)
    client = hmac.digest(salted, b"Client Key", "sha256")
    stored = hashlib.sha256(client).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    encoded = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${SCRAM_ITERATIONS}:{encoded[0]}${encoded[1]}:{encoded[2]}"
