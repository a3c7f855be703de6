"""Whether tables are what the newest migrations make, told without loading the tool that runs migrations."""

import asyncio
import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import asyncpg

from saisei_local.services import PACKAGES

_REVISION = re.compile(r'^(down_)?revision = "(.+)"$', re.MULTILINE)


async def outdated(owner_urls: Mapping[str, str]) -> dict[str, str]:
    """Those of these services, with their URLs, whose tables are not at the newest revision."""
    newest = await asyncio.gather(*(_is_newest(service, url) for service, url in owner_urls.items()))
    return {service: url for (service, url), is_newest in zip(owner_urls.items(), newest, strict=True) if not is_newest}


def heads(service: str) -> set[str]:
    """The revisions that no other one builds on; there is one, unless two lines of work have met."""
    found = [_REVISION.findall(path.read_text()) for path in migrations(service).glob("*.py")]
    every = [pair for pairs in found for pair in pairs]
    return {name for down, name in every if not down} - {name for down, name in every if down}


def migrations(service: str) -> Path:
    """Where a service's migrations are, without importing the service."""
    spec = find_spec(PACKAGES[service])
    assert spec is not None, f"package {PACKAGES[service]} is not installed"
    assert spec.origin is not None, f"package {PACKAGES[service]} has no files"
    return Path(spec.origin).parent / "migrations" / "versions"


async def _is_newest(service: str, url: str) -> bool:
    connection = await asyncpg.connect(url)
    try:
        made = {row[0] for row in await connection.fetch("SELECT version_num FROM alembic_version")}
    except asyncpg.UndefinedTableError:
        return False
    finally:
        await connection.close()
    return made == heads(service)
