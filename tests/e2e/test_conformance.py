"""The running gateway held to the committed OpenAPI document, by whatever requests can be made of it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation

from tests.e2e.conftest import Saisei, find, signed

OPENAPI = Path(__file__).parents[2] / "contracts/openapi/gateway.json"
EXAMPLES = os.environ.get("FUZZ_EXAMPLES")
"""Set, it is how many random requests each operation gets, other ones in each run; `make fuzz` sets it."""

UNSAID = {
    "uploadImage": "No schema says which bytes are a picture, nor how many parts of a form are too many to be read.",
    "putBrandLogo": "No schema says which bytes are a picture, nor how many parts of a form are too many to be read.",
    "verifyAudit": "`seq` and `hash` are given together or not at all, which no schema of two parameters can say.",
    "actOnApproval": "Whether a comment is needed depends on the action.",
    "setBudget": "The soft limit is not above the hard one, which no schema can say.",
    "updateCopyVariant": "Each platform has limits of its own and counts characters in its own way.",
}
"""Where a request of the published form may be refused as faulty all the same, and why; nowhere else."""
ACCEPTED = ["2xx", "3xx", "401", "403", "404", "409", "429", "5xx"]

config = SchemathesisConfig.from_dict(
    {
        # Ours goes with every request; that the others are refused is what the check `ignored_auth` sees to.
        "generation": {"with-security-parameters": False},
        "operations": [
            {
                "include-operation-id": list(UNSAID),
                "checks": {"positive_data_acceptance": {"expected-statuses": [*ACCEPTED, "400", "422"]}},
            }
        ],
    }
)
schema = schemathesis.openapi.from_path(OPENAPI, config=config)


class Known:
    """A campaign whose ids stand in for made-up ones, so that requests get further than 404."""

    def __init__(self, saisei: Saisei) -> None:
        api = saisei.api(user="editor-4")
        campaign = api.new_campaign(platforms=["x"])
        kit = api.kit(campaign["id"])
        image, copy = find(kit, kind="image"), find(kit, kind="copy_variant", variantLabel="B案")
        job = api.regenerate(campaign["id"], copy)
        self.session = requests.Session()
        self.token = saisei.api("admin").http.headers["Authorization"]
        self.platforms = campaign["brief"]["platforms"]
        self.names = {
            "campaign_id": campaign["id"],
            "brand_id": campaign["brandId"],
            "asset_id": image["id"],
            "sha256": image["blob"]["sha256"],
            "job_id": job["id"],
            "cascade_id": job["cascadeId"],
        }
        composite = find(kit, kind="composited_image")
        self.assets = {"updateCopyVariant": copy["id"], "updateComposite": composite["id"]}
        self.variant = next(key for key in composite["upstream"] if kit.get(key, {}).get("kind") == "copy_variant")

    def put_into(self, case: schemathesis.Case) -> None:
        """Replaces two thirds of the ids in a sound path, and makes a sound key one of its own."""
        operation: Any = case.operation
        name = operation.definition.raw["operationId"]
        # A stream would be read until its end, and what is deleted is no use to the others.
        if name not in ("streamEvents", "deleteCampaign") and not _is_negative(case, ParameterLocation.PATH):
            known = self.names | {"asset_id": self.assets.get(name, self.names["asset_id"])}
            for key, value in case.path_parameters.items():
                if key in known and len(str(value)) % 3:
                    case.path_parameters[key] = known[key]
        self._fit_body(case, name)
        # The same key with another body is 422 by what was sent before, which no schema can say.
        if "Idempotency-Key" in (case.headers or {}) and not _is_negative(case, ParameterLocation.HEADER):
            case.headers["Idempotency-Key"] = f"{case.headers['Idempotency-Key'][:160]}{uuid4()}"

    def _fit_body(self, case: schemathesis.Case, name: str) -> None:
        """Makes a sound body name what the campaign has: no schema can say which platforms and variants that is."""
        body: Any = case.body
        if _is_negative(case, ParameterLocation.BODY) or not isinstance(body, dict):
            return
        if name == "updateCampaign" and (body.get("brief") or {}).get("platforms"):
            body["brief"]["platforms"] = self.platforms
        if name == "updateComposite" and isinstance(body.get("copyVariantId"), str):
            body["copyVariantId"] = self.variant
        if name in ("regenerate", "previewRegeneration") and isinstance(body.get("platform"), str):
            body["platform"] = self.platforms[0]


@pytest.fixture(scope="module")
def known(saisei: Saisei) -> Iterator[Known]:
    known = Known(saisei)
    yield known
    known.session.close()


@schema.parametrize()
@settings(
    max_examples=int(EXAMPLES or 5),
    derandomize=EXAMPLES is None,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
def test_gateway_does_what_its_document_says(case: schemathesis.Case, saisei: Saisei, known: Known) -> None:
    known.put_into(case)
    headers = {"Authorization": known.token}
    case.call_and_validate(
        base_url=saisei.url, session=known.session, headers=headers, timeout=30, auth=_signature_of(case)
    )


def _signature_of(case: schemathesis.Case) -> Callable[[requests.PreparedRequest], requests.PreparedRequest] | None:
    """Signs a webhook whose headers are sound, so that it gets further than 401: no schema can say how."""
    operation: Any = case.operation
    is_webhook = operation.definition.raw["operationId"] == "receiveReplicateWebhook"
    return _sign if is_webhook and not _is_negative(case, ParameterLocation.HEADER) else None


def _sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
    body: Any = request.body or b""
    request.headers.update(signed(body.encode() if isinstance(body, str) else body))
    return request


def _is_negative(case: schemathesis.Case, location: ParameterLocation) -> bool:
    return case.meta is not None and case.meta.is_negative_at(location)
