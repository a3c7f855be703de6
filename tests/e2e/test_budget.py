"""Money as a whole: what a provider charged is what is told, and a team's hard limit stops paid work in words."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.e2e.conftest import Saisei, running, stand_in, until

TEAM = "team-money"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with stand_in("services/image/tests/replicate_standin.py") as url:
        yield url


@pytest.fixture(scope="module")
def saisei(tmp_path_factory: pytest.TempPathFactory, provider: str) -> Iterator[Saisei]:
    """An instance whose images are bought and whose words cost nothing."""
    keys = {"REPLICATE_API_TOKEN": "test-token", "REPLICATE_BASE_URL": provider}
    with running(tmp_path_factory.mktemp("budget"), **keys) as saisei:
        yield saisei


def _charges(provider: str) -> int:
    return httpx2.get(f"{provider}/control/ledger", trust_env=False).json()["charges"]


def _images(kit: dict[str, Any]) -> list[dict[str, Any]]:
    return [asset for asset in kit.values() if asset["kind"] == "image"]


def test_charges_are_told_and_the_hard_limit_stops_what_would_pass_it(saisei: Saisei, provider: str) -> None:
    editor, admin = saisei.api(team=TEAM), saisei.api("admin", team=TEAM, user="sato")
    first = editor.new_campaign(images=2, platforms=["x"])
    assert editor.settled(first["id"])["status"] == "ready"
    spend = admin.get("/api/admin/spend", by="provider")
    [bought] = [item for item in spend["items"] if item["key"] == "replicate"]
    assert bought["outcomes"] == {"succeeded": _charges(provider), "failed": 0, "unknown": 0}
    assert spend["totals"]["costYen"] == bought["costYen"] > 0
    assert bought["costUsdMicros"] > 0

    spent, price = bought["costYen"], bought["costYen"] // bought["attempts"]
    limits = {"softLimitYen": spent, "hardLimitYen": spent + price}
    budget = admin.http.put("/api/admin/budget", json=limits).json()
    assert (budget["state"], budget["spentYen"], budget["remainingYen"]) == ("warned", spent, price)
    warned = until(lambda: admin.get("/api/admin/budget"), lambda budget: budget["warnedAt"] is not None)
    assert warned["reservedYen"] == 0

    # A kit of two images does not fit and is not begun; one of one image fits.
    body = {"name": "秋", "brandId": first["brandId"], "brief": first["brief"]}
    early = editor.http.post("/api/campaigns", json=body | {"images": 2})
    assert (early.status_code, early.json()["type"]) == (409, "/problems/budget-exceeded")
    assert (early.json()["neededYen"], early.json()["remainingYen"]) == (2 * price, price)
    assert len(editor.get("/api/campaigns")["items"]) == 1
    second = editor.settled(editor.post("/api/campaigns", body | {"images": 1})["id"])
    [image] = _images(editor.kit(second["id"]))
    assert (second["status"], image["status"]) == ("ready", "ready")

    exhausted = admin.get("/api/admin/budget")
    assert (exhausted["state"], exhausted["remainingYen"], exhausted["reservedYen"]) == ("exhausted", 0, 0)
    again = {"type": "image", "assetId": image["id"]}
    refused = editor.http.post(f"/api/campaigns/{second['id']}/regenerate", json=again)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/budget-exceeded")
    assert (refused.json()["neededYen"], refused.json()["remainingYen"]) == (price, 0)
    late = editor.http.post("/api/campaigns", json=body | {"images": 1})
    assert (late.status_code, late.json()["type"]) == (409, "/problems/budget-exceeded")
    assert admin.get("/api/admin/spend", by="campaign")["totals"]["costYen"] == spent + price
    assert admin.get("/api/admin/spend", by="provider")["totals"]["outcomes"]["failed"] == 0
    assert _charges(provider) * price == spent + price
