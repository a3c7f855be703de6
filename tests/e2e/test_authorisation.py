"""Who may do what: every route of the published API by no one, each role, and another team."""

import hashlib
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from PIL import Image

from tests.e2e.conftest import BRAND, BRIEF, Api, Saisei, find, signed, until

OPENAPI = json.loads((Path(__file__).parents[2] / "contracts/openapi/gateway.json").read_text())
METHODS = ("get", "post", "put", "patch", "delete")
ROUTES = sorted(
    f"{method.upper()} {path}" for path, item in OPENAPI["paths"].items() for method in METHODS if method in item
)

CALLERS = ("nobody", "other team", "viewer", "editor", "admin")
"""In this order: who is refused comes before who is let in, so that a refusal finds everything as it was."""

OPEN = (200, 200, 200, 200, 200)
READ = (401, 404, 200, 200, 200)
LIST = (401, 200, 200, 200, 200)
WRITE = (401, 404, 403, 200, 200)
MAKE = (401, 201, 403, 201, 201)

WEBHOOK = "POST /api/webhooks/replicate"
ENDED = b'{"id": "run-of-nobody", "status": "succeeded"}'

EXPECTED: dict[str, tuple[int, int, int, int, int]] = {
    "GET /healthz": OPEN,
    "GET /readyz": OPEN,
    "GET /api/brands": LIST,
    "POST /api/brands": MAKE,
    "GET /api/brands/{brand_id}": READ,
    "PATCH /api/brands/{brand_id}": WRITE,
    "PUT /api/brands/{brand_id}/logo": WRITE,
    "DELETE /api/brands/{brand_id}/logo": WRITE,
    "GET /api/campaigns": LIST,
    "POST /api/campaigns": (401, 404, 403, 202, 202),
    "GET /api/campaigns/{campaign_id}": READ,
    "PATCH /api/campaigns/{campaign_id}": WRITE,
    "GET /api/campaigns/{campaign_id}/history": READ,
    "GET /api/campaigns/{campaign_id}/dirty": READ,
    "POST /api/campaigns/{campaign_id}/regenerate/preview": READ,
    "POST /api/campaigns/{campaign_id}/regenerate": (401, 404, 403, 202, 202),
    "POST /api/campaigns/{campaign_id}/regenerate-dirty": (401, 404, 403, 202, 202),
    "POST /api/campaigns/{campaign_id}/images": (401, 404, 403, 202, 202),
    "PATCH /api/copy-variants/{asset_id}": WRITE,
    "PATCH /api/images/{asset_id}": WRITE,
    "PATCH /api/composites/{asset_id}": WRITE,
    "GET /api/assets/{asset_id}/versions": READ,
    "POST /api/assets/{asset_id}/versions/{number}/restore": WRITE,
    "GET /api/blobs/{sha256}": READ,
    "GET /api/jobs": LIST,
    "GET /api/jobs/{job_id}": READ,
    # The job has ended; test_cancelling.py has some that have not.
    "POST /api/jobs/{job_id}/cancel": (401, 404, 403, 409, 409),
    # Nothing of this campaign failed, so there is no intent; test_retries.py has one.
    "POST /api/admin/retry-intents": (401, 404, 403, 403, 409),
    "GET /api/admin/retry-intents": (401, 200, 403, 403, 200),
    "GET /api/admin/retry-intents/{intent_id}": (401, 404, 403, 403, 404),
    "POST /api/admin/retry-intents/{intent_id}/execute": (401, 404, 403, 403, 404),
    "POST /api/admin/retry-intents/{intent_id}/reject": (401, 404, 403, 403, 404),
    # Nothing died here; test_dead_letters.py has some that did.
    "GET /api/admin/dead-letters": (401, 200, 403, 403, 200),
    "POST /api/admin/dead-letters/replay": (401, 404, 403, 403, 404),
    "POST /api/admin/dead-letters/{letter_id}/replay": (401, 404, 403, 403, 404),
    "GET /api/admin/audit": (401, 200, 403, 403, 200),
    "GET /api/admin/audit/verify": (401, 200, 403, 403, 200),
    "GET /api/admin/spend": (401, 200, 403, 403, 200),
    "GET /api/admin/budget": (401, 200, 403, 403, 200),
    "PUT /api/admin/budget": (401, 200, 403, 403, 200),
    "GET /api/campaigns/{campaign_id}/approval": READ,
    # Nobody saw such a version; test_approval.py takes steps that are possible.
    "POST /api/campaigns/{campaign_id}/approve": (401, 404, 403, 409, 409),
    "GET /api/campaigns/{campaign_id}/manifests/compare": READ,
    "GET /api/approvals": LIST,
    "GET /api/admin/approval-rules": (401, 200, 403, 403, 200),
    "PUT /api/admin/approval-rules": (401, 200, 403, 403, 200),
    "POST /api/campaigns/{campaign_id}/qa": (401, 404, 403, 202, 202),
    "GET /api/campaigns/{campaign_id}/qa": READ,
    "GET /api/qa/{report_id}": READ,
    # The report has no such finding, and does not stand in the way; test_qa.py has one that does.
    "POST /api/qa/{report_id}/suppressions": (401, 404, 403, 404, 404),
    "POST /api/qa/{report_id}/override": (401, 404, 403, 403, 409),
    "GET /api/admin/qa-rules": (401, 200, 403, 403, 200),
    "PUT /api/admin/qa-rules": (401, 200, 403, 403, 200),
    "GET /api/campaigns/{campaign_id}/cascades": READ,
    "GET /api/cascades/{cascade_id}": READ,
    "GET /api/campaigns/{campaign_id}/events": READ,
    # A signature lets in, whoever sends it, and no token does without one.
    WEBHOOK: OPEN,
    # The editor's deletion is told to the admin after it: the campaign is gone.
    "DELETE /api/campaigns/{campaign_id}": (401, 404, 403, 204, 404),
}


class World:
    """One team's campaign with everything that a path can name, and how each route is called."""

    def __init__(self, owner: Api) -> None:
        self.campaign = owner.new_campaign(platforms=["x"])
        kit = owner.kit(self.campaign["id"])
        self.copy, self.image = find(kit, kind="copy_variant", variantLabel="B案"), find(kit, kind="image", ordinal=1)
        self.composite = find(kit, kind="composited_image")
        # Restoring needs an earlier version than the current one, for each of the two who may.
        for direction in ("朝の光", "夕の光", "月の光"):
            job = owner.regenerate(self.campaign["id"], self.image, customPrompt=direction)
        self.names = {
            "brand_id": self.campaign["brandId"],
            "campaign_id": self.campaign["id"],
            "sha256": self.image["blob"]["sha256"],
            "job_id": job["id"],
            "cascade_id": job["cascadeId"],
            "intent_id": str(uuid4()),
            "letter_id": f"image.jobs:{uuid4()}",
            "report_id": self._judged(owner),
        }

    def path(self, route: str, caller: str) -> str:
        """A route's path with this campaign's own ids in it."""
        template = route.split(" ")[1]
        others = {"/api/copy-variants/": self.copy, "/api/composites/": self.composite}
        asset = next((asset for start, asset in others.items() if template.startswith(start)), self.image)
        names = self.names | {"asset_id": asset["id"]}
        return re.sub(r"\{(\w+)\}", lambda match: names[match[1]], template.replace("{number}", _number(caller)))

    def content(self, route: str, caller: str) -> dict[str, Any]:
        """What a sound request to the route carries; something else for each caller, so that it changes something."""
        bodies: dict[str, Any] = {
            "POST /api/brands": BRAND,
            "PATCH /api/brands/{brand_id}": {"toneTags": [caller]},
            "POST /api/campaigns": {
                "name": "夏",
                "brandId": self.campaign["brandId"],
                "brief": BRIEF | {"platforms": ["x"]},
                "images": 1,
            },
            "PATCH /api/campaigns/{campaign_id}": {"name": f"秋 {caller}"},
            "POST /api/campaigns/{campaign_id}/regenerate/preview": self._regenerate(),
            "POST /api/campaigns/{campaign_id}/regenerate": self._regenerate(),
            "POST /api/campaigns/{campaign_id}/regenerate-dirty": {"kinds": ["platform_image"]},
            "POST /api/admin/retry-intents": {
                "sourceJobId": self.names["job_id"],
                "reasonCode": "OTHER",
                "reasonText": "もう一度",
            },
            "POST /api/admin/retry-intents/{intent_id}/reject": {"reason": "不要になったため"},
            "POST /api/admin/dead-letters/replay": {"ids": [self.names["letter_id"]]},
            "POST /api/campaigns/{campaign_id}/approve": {"action": "submit", "version": 99, "manifest": "0" * 64},
            "PUT /api/admin/approval-rules": {"selfApproval": False, "oneAdminBothSteps": False},
            "POST /api/campaigns/{campaign_id}/qa": {"mode": "rules"},
            "POST /api/qa/{report_id}/suppressions": {"issueId": "none", "reason": "出典を表示しているため"},
            "POST /api/qa/{report_id}/override": {"reason": "法務部の確認済み"},
            "PUT /api/admin/qa-rules": {"reviewing": "on_request"},
            "PUT /api/admin/budget": {"softLimitYen": None, "hardLimitYen": 1_000_000},
            "PATCH /api/copy-variants/{asset_id}": {"headline": f"{len(caller)}分で、ひと息。"},
            "PATCH /api/images/{asset_id}": {"prompt": f"湯呑み {caller}"},
            "PATCH /api/composites/{asset_id}": {"layout": "band_top" if caller == "editor" else "band_bottom"},
        }
        files = {
            "PUT /api/brands/{brand_id}/logo": {"logo": ("logo.png", _picture(caller), "image/png")},
            "POST /api/campaigns/{campaign_id}/images": {"photo": ("photo.png", _picture(caller), "image/png")},
        }
        if route == WEBHOOK:
            return {"content": ENDED, "headers": signed(ENDED)}
        if route in files:
            return {"files": files[route]}
        return {"json": bodies[route]} if route in bodies else {}

    def _judged(self, owner: Api) -> str:
        reports = until(lambda: owner.get(f"/api/campaigns/{self.campaign['id']}/qa")["items"], bool)
        return reports[0]["id"]

    def _regenerate(self) -> dict[str, Any]:
        return {"type": "copy_variant", "copyVariantId": self.copy["id"]}


@pytest.fixture(scope="module")
def world(saisei: Saisei) -> World:
    return World(saisei.api(user="editor-3"))


@pytest.fixture(scope="module")
def callers(saisei: Saisei) -> Iterator[dict[str, httpx2.Client]]:
    nobody = httpx2.Client(base_url=saisei.url, timeout=30, trust_env=False)
    people = {role: saisei.api(role, user=f"{role}-3").http for role in ("viewer", "editor", "admin")}
    yield {"nobody": nobody, "other team": saisei.api("admin", team="team-b").http, **people}
    nobody.close()


def test_every_route_has_its_row() -> None:
    assert sorted(EXPECTED) == ROUTES


# The deletion comes last: all others need the campaign.
@pytest.mark.parametrize("route", EXPECTED)
def test_route_lets_in_whom_it_should_and_leaves_no_trace_of_the_others(
    saisei: Saisei, world: World, callers: dict[str, httpx2.Client], route: str
) -> None:
    method, before = route.split(" ")[0], _state(saisei.api(), world)
    for caller, expected in zip(CALLERS, EXPECTED[route], strict=True):
        status = _call(callers[caller], method, world.path(route, caller), **world.content(route, caller))
        assert status == expected, f"{caller}: {route}"
        if method != "GET" and status >= 400 and caller != "admin":
            assert _state(saisei.api(), world) == before, f"{caller} left a trace: {route}"
    if route != list(EXPECTED)[-1]:
        saisei.api().settled(world.campaign["id"])


@pytest.mark.parametrize("caller", CALLERS)
def test_webhook_that_is_not_signed_is_refused_whoever_sends_it(callers: dict[str, httpx2.Client], caller: str) -> None:
    method, path = WEBHOOK.split(" ")
    assert _call(callers[caller], method, path, content=ENDED) == 401
    assert _call(callers[caller], method, path, content=ENDED, headers=signed(ENDED + b" ")) == 401


def _call(client: httpx2.Client, method: str, path: str, **content: Any) -> int:
    headers = {} if method == "GET" else {"Idempotency-Key": str(uuid4())}
    headers |= content.pop("headers", {})
    with client.stream(method, path, headers=headers, **content) as response:
        if not response.headers.get("content-type", "").startswith("text/event-stream"):
            response.read()
        if response.status_code >= 400:
            assert response.headers["content-type"] == "application/problem+json"
        return response.status_code


def _state(api: Api, world: World) -> tuple[Any, ...]:
    """All that a write could have changed of this campaign and its brand."""
    campaign_id = world.campaign["id"]
    campaign = api.get(f"/api/campaigns/{campaign_id}")
    # QA judges by itself in between, which moves the stream on and nothing else.
    del campaign["streamPosition"]
    jobs = api.get("/api/jobs", campaignId=campaign_id, limit=100)["items"]
    return (
        campaign,
        api.get(f"/api/campaigns/{campaign_id}/approval")["history"],
        api.get(f"/api/brands/{world.campaign['brandId']}"),
        [job["id"] for job in jobs],
        [one["id"] for one in api.get("/api/campaigns", limit=100)["items"]],
    )


def _number(caller: str) -> str:
    return "2" if caller == "admin" else "1"


def _picture(caller: str) -> bytes:
    shade = hashlib.sha256(caller.encode()).digest()
    out = io.BytesIO()
    Image.new("RGB", (400, 400), (shade[0], shade[1], shade[2])).save(out, "PNG")
    return out.getvalue()
