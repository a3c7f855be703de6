"""Editing, restoring and uploading, and the bytes behind assets."""

import hashlib
import io
from typing import get_args
from uuid import uuid4

import pytest
from PIL import Image

from contracts.assets import AcceptAsset, AssetPinned, PinAsset
from contracts.campaign import AddPhoto
from contracts.copy import EditCopy
from contracts.envelope import Reply
from contracts.image import EditImagePrompt, ImageRegenerated, RestoreImage, UploadImage
from contracts.values import InputSet, LayoutId, Wanted
from lineage.staleness import input_hash


@pytest.fixture
async def campaign(settled, story, make_envelope):
    await settled(make_envelope(story.created))
    return story


@pytest.fixture
def image_version(story):
    def make(version, sha256):
        fields = {"campaign_id": story.id, "asset_id": story.image, "version": version, "sha256": sha256}
        fields |= {"media_type": "image/jpeg", "input_hash": input_hash(InputSet()), "inputs": InputSet()}
        fields |= {"wanted": Wanted(revision=0), "provider": "offline", "offline": True, "reason": "upload"}
        return ImageRegenerated(**fields, prompt_origin="upload")

    return make


@pytest.fixture
def accepts(services):
    """Services that take commands of these types and change nothing."""

    def accept(*commands, body=None):
        async def answer(_command, _services):
            return Reply(status=200, body=body or {})

        for command in commands:
            services.on(command, answer)

    return accept


def photo(size=(640, 480)):
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize(
    "body",
    [{}, {"pinned": None}, {"pinned": True, "headline": "x"}, {"accept": {"reason": ""}}, {"accept": {}}, {"x": 1}],
)
async def test_one_change_at_a_time(client, campaign, services, body):
    assert (await client.patch(f"/api/copy-variants/{campaign.copy}", json=body)).status_code == 422
    assert services.received == []


async def test_wording_goes_to_the_copy_service_with_absent_fields_left_out(client, campaign, services, accepts):
    accepts(EditCopy)
    answer = await client.patch(f"/api/copy-variants/{campaign.copy}", json={"headline": "涼しい朝"})
    assert answer.status_code == 200
    assert answer.json()["id"] == campaign.copy
    told = EditCopy.model_validate(services.received[0].data)
    assert (told.headline, told.body) == ("涼しい朝", None)


@pytest.mark.parametrize(
    ("body", "path", "message"),
    [
        ({"headline": ""}, "headline", "must not be empty"),
        ({"headline": "\u3000"}, "headline", "that can be seen"),
        ({"body": " \n\u200b"}, "body", "that can be seen"),
        ({"cta": "\t"}, "cta", "that can be seen"),
        ({"hashtags": ["#朝", "夏"]}, "hashtags.1", "must begin with #"),
        ({"hashtags": ["#"]}, "hashtags.0", "that can be seen"),
    ],
)
async def test_words_that_show_nothing_and_hashtags_without_their_sign_are_refused(
    client, campaign, services, body, path, message
):
    answer = await client.patch(f"/api/copy-variants/{campaign.copy}", json=body)
    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["path"], message in fault["message"]) == (422, path, True)
    assert services.received == []


async def test_running_text_may_have_ten_thousand_characters_and_no_more(client, campaign, services, accepts):
    accepts(EditCopy)
    path = f"/api/copy-variants/{campaign.copy}"
    assert (await client.patch(path, json={"body": "あ" * 10_000})).status_code == 200
    answer = await client.patch(path, json={"body": "あ" * 10_001})
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "body")
    assert len(services.received) == 1


async def test_prompt_null_means_derived_again(client, campaign, services, accepts):
    accepts(EditImagePrompt)
    assert (await client.patch(f"/api/images/{campaign.image}", json={"prompt": None})).status_code == 200
    assert services.received[0].data["prompt"] is None


@pytest.mark.parametrize("kind", ["copy", "image", "composite", "size"])
async def test_pin_and_accept_reach_the_owning_service(client, campaign, services, make_envelope, kind):
    owners = {"copy": "copy-variants", "image": "images", "composite": "composites", "size": "composites"}
    asset_id = getattr(campaign, kind)

    async def pin(command, services):
        asset_kind = next(one.kind for one in campaign.kit if one.id == asset_id)
        event = AssetPinned(campaign_id=campaign.id, asset_id=asset_id, kind=asset_kind, pinned=True, revision=1)
        told = make_envelope(event, cause=command.id, cascade=command.correlationid)
        await services.publish(told)
        return Reply(status=200, body={}, emitted=(told.id,))

    async def accept(_command, _services):
        return Reply(status=200, body={})

    services.on(PinAsset, pin)
    services.on(AcceptAsset, accept)
    path = f"/api/{owners[kind]}/{asset_id}"
    assert (await client.patch(path, json={"pinned": True})).json()["pinned"] is True
    assert (await client.patch(path, json={"accept": {"reason": "表記のみの変更"}})).status_code == 200


async def test_accepting_says_what_was_looked_at(
    client, campaign, settled, image_version, make_envelope, accepts, services
):
    await settled(make_envelope(image_version(1, "1" * 64)))
    accepts(AcceptAsset)
    path = f"/api/images/{campaign.image}"
    kit = (await client.get(f"/api/campaigns/{campaign.id}")).json()["assets"]
    seen = next(one["inputHash"] for one in kit if one["id"] == campaign.image)
    assert seen == input_hash(InputSet())
    assert (await client.patch(path, json={"accept": {"reason": "x", "inputHash": seen}})).status_code == 200
    assert (await client.patch(path, json={"accept": {"reason": "x", "inputHash": "other"}})).status_code == 422
    assert [command.data["inputHash"] for command in services.received] == [seen]


async def test_layout_that_does_not_exist_is_answered_with_those_that_do(client, campaign, services):
    answer = await client.patch(f"/api/composites/{campaign.composite}", json={"layout": "sideways"})
    told = answer.json()["errors"]
    assert (answer.status_code, told[0]["path"]) == (422, "layout")
    assert told[0]["message"] == f"must be one of {', '.join(get_args(LayoutId))}"
    assert services.received == []


async def test_asset_of_another_kind_is_not_found_under_this_path(client, campaign):
    assert (await client.patch(f"/api/images/{campaign.copy}", json={"pinned": True})).status_code == 404
    assert (await client.patch(f"/api/composites/{campaign.size}", json={"layout": "left"})).status_code == 404


async def test_versions_are_listed_newest_first_and_restored_by_number(
    client, campaign, settled, image_version, make_envelope, services, accepts
):
    await settled(*(make_envelope(image_version(number, f"{number:064x}")) for number in (2, 1, 3)))
    listed = (await client.get(f"/api/assets/{campaign.image}/versions?limit=2")).json()
    assert [(one["version"], one["current"]) for one in listed["items"]] == [(3, True), (2, False)]
    rest = await client.get(f"/api/assets/{campaign.image}/versions", params={"cursor": listed["nextCursor"]})
    assert [one["version"] for one in rest.json()["items"]] == [1]
    accepts(RestoreImage)
    assert (await client.post(f"/api/assets/{campaign.image}/versions/1/restore")).status_code == 200
    assert services.received[0].data == {"assetId": campaign.image, "version": 1, "reopen": False}
    assert (await client.post(f"/api/assets/{campaign.image}/versions/9/restore")).status_code == 404
    history = (await client.get(f"/api/campaigns/{campaign.id}/history")).json()
    assert sorted(one["version"] for one in history["items"]) == [1, 2, 3]


async def test_photo_replaces_an_image_or_joins_as_a_new_one(client, campaign, services, gateway, accepts):
    accepts(UploadImage)
    accepts(AddPhoto, body={"assetId": campaign.image})
    path, data = f"/api/campaigns/{campaign.id}/images", photo()
    replaced = await client.post(path, files={"photo": ("a.jpg", data)}, data={"assetId": campaign.image})
    joined = await client.post(path, files={"photo": ("a.jpg", data)})
    assert (replaced.status_code, joined.status_code) == (202, 202)
    assert [one.type for one in services.received] == [UploadImage.type, AddPhoto.type]
    blob = services.received[0].data["photo"]
    stored = await gateway.blobs.get(blob["sha256"])
    assert hashlib.sha256(stored).hexdigest() == blob["sha256"]
    assert (blob["width"], blob["height"], blob["bytes"]) == (640, 480, len(stored))


async def test_upload_that_is_no_photo_is_refused_before_any_command(client, campaign, services, gateway):
    path = f"/api/campaigns/{campaign.id}/images"
    refused = [
        await client.post(path, files={"photo": ("a.jpg", b"<svg/>")}),
        await client.post(path, files={"photo": ("a.jpg", b"")}),
        await client.post(path, files={"photo": ("a.jpg", photo()[:5000])}),
        await client.post(path, data={"assetId": campaign.image}),
        await client.post(path, content=b"nonsense", headers={"Content-Type": "multipart/form-data; boundary=x"}),
    ]
    assert [answer.status_code for answer in refused] == [422, 422, 422, 422, 400]
    large = await client.post(path, files={"photo": ("a.jpg", b"\0" * 20_000_001)})
    assert large.status_code == 413
    assert (await client.post(path, files={"photo": ("a.jpg", photo())}, data={"assetId": "none"})).status_code == 404
    assert services.received == []


@pytest.fixture
async def blob(gateway, settled, image_version, make_envelope, campaign):
    data = uuid4().bytes * 100
    await settled(make_envelope(image_version(1, await gateway.blobs.put(data))))
    return data, f"/api/blobs/{hashlib.sha256(data).hexdigest()}"


async def test_blob_is_cached_for_ever_and_only_for_its_team(client, blob, make_token):
    data, path = blob
    answer = await client.get(path)
    assert answer.content == data
    assert "immutable" in answer.headers["Cache-Control"]
    assert "private" in answer.headers["Cache-Control"]
    unchanged = await client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    theirs = {"Authorization": f"Bearer {make_token(team='team-b')}"}
    assert (await client.get(path, headers=theirs)).status_code == 404


@pytest.mark.parametrize(
    ("header", "start", "end"),
    [("bytes=0-9", 0, 10), ("bytes=1590-", 1590, 1600), ("bytes=-5", 1595, 1600), ("bytes=1500-9999", 1500, 1600)],
)
async def test_blob_is_served_in_parts(client, blob, header, start, end):
    data, path = blob
    answer = await client.get(path, headers={"Range": header})
    assert answer.status_code == 206
    assert answer.content == data[start:end]
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/1600"


@pytest.mark.parametrize("header", ["bytes=9-1", "bytes=0-1,5-6", "items=0-1", "bytes=-", "bytes=a-b"])
async def test_range_that_makes_no_sense_gets_the_whole(client, blob, header):
    answer = await client.get(blob[1], headers={"Range": header})
    assert (answer.status_code, len(answer.content)) == (200, 1600)


async def test_range_outside_the_blob_is_refused_and_another_version_gets_the_whole(client, blob):
    assert (await client.get(blob[1], headers={"Range": "bytes=1600-"})).status_code == 416
    assert (await client.get(blob[1], headers={"Range": "bytes=-0"})).status_code == 416
    other = {"Range": "bytes=0-1", "If-Range": '"another"'}
    assert (await client.get(blob[1], headers=other)).status_code == 200
