"""After an upgrade: another limit or another prompt template is an input like any other."""

import asyncio
from collections.abc import Callable

import pytest

from assets.model import Asset
from assets.testing import job_for
from contracts.copy import CopySettingsChanged, EditCopy, RestoreCopy
from copy_service.domain import rules_today
from copy_service.upgrades import bring_up_to_date
from platforms.registry import load_registry

from .copy_bench import CopyBench

TODAY = rules_today(load_registry().platform("instagram"))


@pytest.fixture(scope="module")
def copy_database_url(install: Callable[[str], str]) -> str:
    """A database of this module's own: an upgrade is of all that is in it."""
    return install("copy")


async def _written_under(bench: CopyBench, monkeypatch: pytest.MonkeyPatch, **older: str) -> Asset:
    with monkeypatch.context() as before:
        for module in ("service", "worker"):
            before.setattr(f"copy_service.{module}.rules_today", lambda _platform: TODAY | older)
        return await bench.written()


@pytest.mark.parametrize("older", [{"limits": "0" * 64}, {"promptTemplate": "copy-prompt/0"}])
async def test_text_written_under_other_rules_becomes_stale_once_and_keeps_its_words(play, monkeypatch, older):
    bench = play()
    variant = await _written_under(bench, monkeypatch, **older)
    assert await bench.is_fresh(variant.id)
    for _ in range(2):
        await bring_up_to_date(bench.database)
    assert not await bench.is_fresh(variant.id)
    now = await bench.asset(variant.id)
    [told] = bench.told(CopySettingsChanged, variant.id)
    assert (told.wanted, now.version) == (now.wanted, 1)
    assert {name: now.wanted.parameters[name] for name in TODAY} == TODAY
    await bench.run(job_for(variant, seq=2))
    assert await bench.is_fresh(variant.id)


async def test_text_written_under_todays_rules_stays_fresh(play):
    bench = play()
    variant = await bench.written()
    await bring_up_to_date(bench.database)
    assert (bench.told(CopySettingsChanged, variant.id), await bench.is_fresh(variant.id)) == ([], True)


async def test_persons_own_wording_is_left_alone_by_an_upgrade(play, monkeypatch):
    bench = play()
    variant = await _written_under(bench, monkeypatch, limits="0" * 64)
    await bench.ask(EditCopy(asset_id=variant.id, headline="私の言葉"))
    await bring_up_to_date(bench.database)
    assert (bench.told(CopySettingsChanged, variant.id), await bench.is_fresh(variant.id)) == ([], True)


async def test_replicas_that_start_at_once_tell_of_a_text_once(play, monkeypatch):
    bench = play()
    variant = await _written_under(bench, monkeypatch, limits="0" * 64)
    await asyncio.gather(*(bring_up_to_date(bench.database) for _ in range(3)))
    assert len(bench.told(CopySettingsChanged, variant.id)) == 1


async def test_restored_version_of_other_rules_is_stale_under_todays(play, monkeypatch):
    bench = play()
    variant = await _written_under(bench, monkeypatch, limits="0" * 64)
    await bring_up_to_date(bench.database)
    await bench.run(job_for(variant, seq=2))
    await bench.ask(RestoreCopy(asset_id=variant.id, version=1))
    assert ((await bench.asset(variant.id)).version, await bench.is_fresh(variant.id)) == (3, False)
