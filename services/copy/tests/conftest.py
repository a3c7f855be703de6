"""The stand-in as a process of its own, both copywriters, and requests to give them."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from chassis.db import Database
from claude.client import Claude
from claude.testing import Provider
from contracts.values import BrandProfile, Brief, Colours, CopyText, PlatformName
from copy_service.anthropic_copywriter import AnthropicCopywriter
from copy_service.copywriter import Check, CopyRequest, Copywriter
from copy_service.offline import OfflineCopywriter
from platforms.limits import violations
from platforms.registry import load_registry

from .copy_bench import CopyBench
from .scripted_copywriter import ScriptedCopywriter

MakeRequest = Callable[..., CopyRequest]


@pytest.fixture
async def anthropic_copywriter(provider: Provider) -> AsyncIterator[AnthropicCopywriter]:
    copywriter = AnthropicCopywriter(Claude(api_key="test-key", base_url=provider.url, timeout_seconds=5.0))
    yield copywriter
    await copywriter.aclose()


@pytest.fixture(scope="session")
def check_for() -> Callable[[PlatformName], Check]:
    def checker(platform: PlatformName) -> Check:
        entry = load_registry().platform(platform)

        def check(copy: CopyText) -> list[str]:
            return [violation.text for violation in violations(copy, entry)]

        return check

    return checker


@pytest.fixture
def offline_copywriter(check_for: Callable[[PlatformName], Check]) -> OfflineCopywriter:
    return OfflineCopywriter(check_for)


@pytest.fixture(params=["offline", "anthropic", "scripted"])
def copywriter(
    request: pytest.FixtureRequest, offline_copywriter: OfflineCopywriter, anthropic_copywriter: AnthropicCopywriter
) -> Copywriter:
    known = {"offline": offline_copywriter, "anthropic": anthropic_copywriter, "scripted": ScriptedCopywriter()}
    return known[request.param]


@pytest.fixture(scope="session")
def ask() -> MakeRequest:
    """A request for copy; the brief's and the brand's fields can be given by name, the request's own too."""

    def make(**given: Any) -> CopyRequest:
        brief: dict[str, Any] = {
            "objective": "conversion",
            "product": "桜ほうじ茶ラテ",
            "target_audience": "20〜30代の働く女性",
            "platforms": ("instagram",),
        }
        brand: dict[str, Any] = {
            "name": "茶舗みどり",
            "brand_values": ("やさしさ", "国産素材"),
            "colours": Colours(primary="#2f5d3a", accent="#f2b8c6"),
        }
        asked: dict[str, Any] = {
            "platform": "instagram",
            "variant_label": "A案",
            "register": "standard",
            "direction": None,
            "seed": 1,
            "limits_text": "見出し27文字以内、本文125文字以内",
        }
        for target, model in ((brief, Brief), (brand, BrandProfile)):
            target.update({name: given.pop(name) for name in list(given) if name in model.model_fields})
        return CopyRequest(brief=Brief(**brief), brand=BrandProfile(**brand), **{**asked, **given})

    return make


@pytest.fixture(scope="session")
def copy_database_url(install: Callable[[str], str]) -> str:
    return install("copy")


@pytest.fixture
async def copy_database(copy_database_url: str) -> AsyncIterator[Database]:
    database = Database(copy_database_url, "copy", pool_size=8)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def play(copy_database: Database) -> Callable[..., CopyBench]:
    """The service with a copywriter that plays this script."""
    return lambda *script, **given: CopyBench(copy_database, ScriptedCopywriter(*script, **given))
