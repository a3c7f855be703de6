"""The stand-in as a process of its own, both copywriters, and requests to give them."""

import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from chassis.db import Database
from contracts.values import BrandProfile, Brief, Colours, CopyText, PlatformName
from copy_service.anthropic_copywriter import AnthropicCopywriter
from copy_service.copywriter import Check, CopyRequest, Copywriter
from copy_service.offline import OfflineCopywriter
from platforms.limits import violations
from platforms.registry import load_registry

from .copy_bench import CopyBench
from .scripted_copywriter import ScriptedCopywriter

MakeRequest = Callable[..., CopyRequest]


class Provider:
    """The running stand-in and its control endpoint."""

    def __init__(self, url: str) -> None:
        self.url = url

    def queue(self, *faults: str) -> None:
        httpx2.post(f"{self.url}/control/faults", json={"faults": list(faults)}).raise_for_status()

    def ledger(self) -> dict[str, Any]:
        return httpx2.get(f"{self.url}/control/ledger").json()


@pytest.fixture(scope="session")
def provider_url() -> Iterator[str]:
    command = [sys.executable, str(Path(__file__).with_name("anthropic_standin.py")), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture
def provider(provider_url: str) -> Provider:
    httpx2.post(f"{provider_url}/control/reset").raise_for_status()
    return Provider(provider_url)


@pytest.fixture
async def anthropic_copywriter(provider: Provider) -> AsyncIterator[AnthropicCopywriter]:
    copywriter = AnthropicCopywriter(api_key="test-key", base_url=provider.url, timeout_seconds=5.0)
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
