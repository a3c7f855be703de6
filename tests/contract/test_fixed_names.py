"""The names and fields of events that outside dashboards rely on."""

import json

import pytest

from contracts.compositor import CompositeInvalidated
from contracts.image import ImageRegenerated
from contracts.values import Cause, InputSet, Wanted
from saisei_local.generate import ROOT, SCHEMAS
from saisei_local.generated.documents import Document
from saisei_local.generated.messages import events

SHA = "0" * 64
PRODUCED = {
    *("campaignId", "assetId", "version", "previousVersion", "sha256", "mediaType", "width", "height"),
    *("inputHash", "prompt", "seed", "provider", "offline", "jobId", "reason"),
}
INVALIDATED = {"campaignId", "version", "causes", "held"}
CAUSE = {"upstreamId", "was", "now", "text"}

REGENERATED = ImageRegenerated(
    campaign_id="c-1",
    asset_id="a-1",
    version=1,
    sha256=SHA,
    media_type="image/webp",
    input_hash=SHA,
    inputs=InputSet(),
    wanted=Wanted(revision=0),
    provider="offline",
    offline=True,
    reason="initial",
    prompt_origin="derived",
)
COMPOSITE_INVALIDATED = CompositeInvalidated(
    campaign_id="c-1",
    composite_id="k-1",
    version=1,
    causes=(Cause(upstream_id="a-1", was=1, now=2, text="画像が第2版になりました"),),
    held=False,
    wanted=Wanted(revision=0),
)


def properties(name: str) -> dict:
    schema = json.loads((ROOT / SCHEMAS / f"{name}.json").read_text())
    return Document(schema).resolved(schema["properties"]["data"])["properties"]


async def test_image_regenerated_carries_every_documented_field_also_when_it_has_no_value(through_outbox):
    message = json.loads(await through_outbox(lambda tx: tx.emit(REGENERATED, subject="asset/a-1")))
    assert message["type"] == "image.regenerated"
    assert message["data"].keys() >= PRODUCED
    assert message["data"]["previousVersion"] is None


async def test_composite_invalidated_carries_every_documented_field_and_its_causes(through_outbox):
    message = json.loads(await through_outbox(lambda tx: tx.emit(COMPOSITE_INVALIDATED, subject="asset/k-1")))
    assert message["type"] == "composite.invalidated"
    assert message["data"].keys() >= INVALIDATED | {"compositeId"}
    assert [cause.keys() for cause in message["data"]["causes"]] == [CAUSE]


def test_reasons_that_were_documented_are_allowed():
    assert set(properties("image.regenerated")["reason"]["enum"]) >= {"initial", "regenerate", "restore", "upload"}


@pytest.mark.parametrize("name", [name for name in events() if name.endswith((".regenerated", ".rendered"))])
def test_everything_made_is_told_of_in_the_shape_of_image_regenerated(name):
    assert properties(name).keys() >= PRODUCED


@pytest.mark.parametrize("name", [name for name in events() if name.endswith(".invalidated")])
def test_everything_invalidated_is_told_of_in_the_shape_of_composite_invalidated(name):
    assert properties(name).keys() >= INVALIDATED
