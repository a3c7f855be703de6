"""Calling jobs off as a whole: in the queue, at the provider and done, by whoever may, and what it cost."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.e2e.conftest import Api, Saisei, running, stand_in, until

CONCURRENCY = 2
"""So many jobs of images are at work at once, unless it is set otherwise."""


@pytest.fixture(scope="module")
def provider() -> Iterator[httpx2.Client]:
    with (
        stand_in("services/image/tests/replicate_standin.py") as url,
        httpx2.Client(base_url=url, trust_env=False) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def saisei(provider: httpx2.Client, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Saisei]:
    """An instance whose images come from a provider that keeps some waiting."""
    keys = {"REPLICATE_API_TOKEN": "test-token", "REPLICATE_BASE_URL": str(provider.base_url)}
    with running(tmp_path_factory.mktemp("cancelling"), **keys) as saisei:
        yield saisei


@pytest.fixture(scope="module")
def campaign(saisei: Saisei) -> dict[str, Any]:
    return saisei.api().new_campaign(images=2, platforms=["x"])


def _image(api: Api, campaign: dict[str, Any], number: int = 1) -> dict[str, Any]:
    images = sorted((asset for asset in api.kit(campaign["id"]).values() if asset["kind"] == "image"), key=_identity)
    return images[number - 1]


def _identity(asset: dict[str, Any]) -> str:
    return asset["id"]


def _charges(provider: httpx2.Client) -> int:
    return provider.get("/control/ledger").json()["charges"]


def _begun(api: Api, campaign: dict[str, Any], fault: str, number: int = 1) -> dict[str, Any]:
    """A job for an image, whose order meets this fault."""
    options = {"customPrompt": f"[fault:{fault}] {uuid4()}"}
    body = {"type": "image", "assetId": _image(api, campaign, number)["id"], "options": options}
    return api.post(f"/api/campaigns/{campaign['id']}/regenerate", body)


def _orders(provider: httpx2.Client) -> int:
    return provider.get("/control/ledger").json()["predictions"]


def _ordered(provider: httpx2.Client, before: int) -> None:
    """Returns once the provider has taken more orders than it had."""
    until(lambda: _orders(provider), lambda orders: orders > before)


def _cancel(api: Api, job: dict[str, Any]) -> httpx2.Response:
    return api.http.post(f"/api/jobs/{job['id']}/cancel", headers={"Prefer": "wait=30"})


@pytest.mark.parametrize(("fault", "billed"), [("queued", "no"), ("stuck", "unknown")])
def test_job_at_the_provider_is_stopped_there_and_its_image_is_as_it_was(
    saisei: Saisei, provider: httpx2.Client, campaign: dict[str, Any], fault: str, billed: str
) -> None:
    api, before, orders = saisei.api(), _charges(provider), _orders(provider)
    image = _image(api, campaign)
    job = _begun(api, campaign, fault)
    _ordered(provider, orders)
    if fault == "stuck":
        until(lambda: _polled(provider, orders), bool)
    assert _image(api, campaign)["status"] == "pending"
    answer = _cancel(saisei.api(user="sato"), job)
    ended, charged = answer.json(), _charges(provider) - before
    assert (answer.status_code, ended["status"], ended["cancelledBy"]) == (200, "CANCELLED", "sato")
    assert (ended["billed"], bool(ended["costYen"]), charged) == (billed, billed != "no", int(billed != "no"))
    cascade = api.cascade(job["cascadeId"])
    after = _image(api, campaign)
    assert (cascade["costYen"], after["status"], after["version"], after["contentHash"]) == (
        ended["costYen"],
        "ready",
        image["version"],
        image["contentHash"],
    )
    again = _cancel(api, job)
    assert (again.status_code, again.json()["type"], again.json()["jobStatus"]) == (
        409,
        "/problems/job-ended",
        "CANCELLED",
    )


def _polled(provider: httpx2.Client, number: int) -> bool:
    found = provider.get("/v1/predictions", headers={"Authorization": "Bearer test-token"}).json()["results"]
    return len(found) > number and found[0]["status"] == "processing"


def test_queued_job_never_reaches_the_provider_and_asking_again_is_ordinary(
    saisei: Saisei, provider: httpx2.Client, campaign: dict[str, Any]
) -> None:
    api, orders = saisei.api(), _orders(provider)
    at_work = [_begun(api, campaign, "queued", number) for number in range(1, CONCURRENCY + 1)]
    _ordered(provider, orders + CONCURRENCY - 1)
    waiting = _begun(api, campaign, "queued")
    ended = _cancel(api, waiting).json()
    assert (ended["status"], ended["billed"], ended["startedAt"], ended["attempts"]) == ("CANCELLED", "no", None, [])
    assert [_cancel(api, job).status_code for job in at_work] == [200] * CONCURRENCY
    done = api.regenerate(campaign["id"], _image(api, campaign), customPrompt="湯呑み、朝の光")
    assert (done["status"], _orders(provider)) == ("COMPLETED", orders + CONCURRENCY + 1)


def test_only_who_may_write_in_the_team_cancels(saisei: Saisei, campaign: dict[str, Any]) -> None:
    api = saisei.api()
    job = _begun(api, campaign, "queued")
    refused = _cancel(saisei.api("viewer", user="reader"), job)
    strange = _cancel(saisei.api("admin", team="team-b"), job)
    assert (refused.status_code, strange.status_code) == (403, 404)
    assert api.get(f"/api/jobs/{job['id']}")["status"] in ("PENDING", "RUNNING")
    assert _cancel(saisei.api("admin", user="admin-1"), job).status_code == 200
