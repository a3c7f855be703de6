"""Every SQL statement in the code against the tables that the shipped migrations make, as the role that runs it."""

import inspect
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import requires
from importlib.util import find_spec
from pathlib import Path

import asyncpg
import pytest

from saisei_local.services import PACKAGES, SERVICES

OUTBOX_AND_INBOX = ("chassis.outbox", "chassis.inbox", "chassis.deliveries_store")
NO_STATEMENTS = {"copy_service.store", "gateway.projection.batch_store"}
"""The one only asks `assets`, the other puts statements of others together."""


def stores(package: str) -> Iterator[str]:
    """A package's modules that hold SQL: `store` and whatever ends in `_store`."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    root = Path(spec.origin).parent
    for path in sorted(root.rglob("*.py")):
        if path.stem == "store" or path.stem.endswith("_store"):
            yield ".".join((package, *path.relative_to(root).with_suffix("").parts))


def modules_with_sql() -> Iterator[tuple[str, str]]:
    """Which service runs the statements of which module."""
    for service in SERVICES:
        owns_assets = any(each.startswith("saisei-assets") for each in requires(f"saisei-{service}") or ())
        shared = [*OUTBOX_AND_INBOX, *(stores("assets") if owns_assets else ())]
        yield from ((service, module) for module in (*stores(PACKAGES[service]), *shared))


def statements(module: str) -> dict[str, str]:
    """A module's constants by name."""
    constants = inspect.getmembers(import_module(module), lambda value: isinstance(value, str))
    return {name: text for name, text in constants if name.isupper()}


CASES = sorted(modules_with_sql())


def test_stores_and_their_statements_are_found():
    modules = {module for _, module in CASES}
    assert modules >= {"assets.store", "jobs_service.store", "gateway.readmodel.store", *OUTBOX_AND_INBOX}
    assert all(statements(module) for module in modules if module not in NO_STATEMENTS)


@pytest.mark.parametrize(("service", "module"), CASES)
async def test_statement_agrees_with_the_migrations_and_the_role_may_run_it(service, module, role_url):
    connection = await asyncpg.connect(role_url(service))
    refused: dict[str, str] = {}
    try:
        for name, text in statements(module).items():
            try:
                await connection.prepare(text)
                # Preparing resolves tables, columns and types; only planning for execution looks at privileges.
                await connection.execute(f"EXPLAIN (GENERIC_PLAN) {text}")
            except asyncpg.PostgresError as error:
                refused[name] = str(error)
    finally:
        await connection.close()
    assert refused == {}
