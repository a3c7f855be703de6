"""Creating and changing brands and campaigns."""

import asyncio
from uuid import uuid4

import pytest

from campaign_service.app import create_app
from campaign_service.domain import MAX_BASE_IMAGES
from campaign_service.errors import InvalidBrief, UnknownBrand, UnknownCampaign
from campaign_service.topology import TOPOLOGY
from chassis.commands import CommandClient
from chassis.context import MessageContext
from chassis.settings import ServiceSettings
from chassis.testing import ACTOR, TEAM, Broker, received, running
from chassis.topology import EVENTS
from contracts.campaign import (
    AddPhoto,
    BrandChanges,
    CreateBrand,
    CreateCampaign,
    DeleteCampaign,
    UpdateBrand,
    UpdateCampaign,
)
from contracts.values import BlobRef
from lineage.canonical import content_hash
from saisei_local.provision.broker import declare

PHOTO = BlobRef(sha256="1" * 64, media_type="image/jpeg", bytes=9)


async def test_created_campaign_is_published_with_brand_brief_and_its_whole_kit(create, brand_id, make_brief, profile):
    envelope = await create(images=2)
    data = envelope.data
    assert (envelope.type, envelope.subject, envelope.teamid) == ("campaign.created", data["campaignId"], TEAM)
    assert data["brief"]["sha256"] == content_hash(make_brief())
    assert (data["brand"]["id"], data["brand"]["sha256"]) == (brand_id, content_hash(profile))
    assert len(data["kit"]) == 36


async def test_change_of_the_brief_adds_a_version_and_is_published(create, do, make_brief):
    campaign_id = (await create()).data["campaignId"]
    brief = make_brief(creative_direction="涼しげに")
    _, [envelope] = await do(UpdateCampaign(campaign_id=campaign_id, brief=brief))
    assert envelope.type == "campaign.updated"
    assert (envelope.data["revision"], envelope.data["brief"]["version"], envelope.data["added"]) == (2, 2, [])
    assert envelope.data["brief"]["sha256"] == content_hash(brief)


async def test_change_of_the_name_adds_no_version_of_the_brief(create, do):
    campaign_id = (await create()).data["campaignId"]
    _, [envelope] = await do(UpdateCampaign(campaign_id=campaign_id, name="初夏の新作"))
    assert (envelope.data["name"], envelope.data["revision"], envelope.data["brief"]["version"]) == ("初夏の新作", 2, 1)


async def test_update_that_changes_nothing_adds_no_version_and_publishes_nothing(create, do, make_brief):
    campaign_id = (await create()).data["campaignId"]
    same = UpdateCampaign(campaign_id=campaign_id)
    for change in ({"name": "春の新作"}, {"brief": make_brief()}, {}):
        reply, said = await do(same.model_copy(update=change))
        assert (reply.status, said) == (200, [])
    _, [envelope] = await do(UpdateCampaign(campaign_id=campaign_id, name="別の名前"))
    assert envelope.data["revision"] == 2


async def test_edits_at_once_each_get_a_revision_of_their_own(create, do, make_brief):
    campaign_id = (await create()).data["campaignId"]
    edits = (make_brief(creative_direction=str(n)) for n in range(8))
    done = await asyncio.gather(*(do(UpdateCampaign(campaign_id=campaign_id, brief=brief)) for brief in edits))
    said = [envelope.data for _, [envelope] in done]
    assert sorted(data["revision"] for data in said) == list(range(2, 10))
    assert sorted(data["brief"]["version"] for data in said) == list(range(2, 10))


async def test_different_fields_of_a_brief_changed_at_once_are_all_kept(create, do):
    campaign_id = (await create()).data["campaignId"]
    changes = ({"target_audience": "週末に出かける家族"}, {"creative_direction": "海辺"}, {"mood_tags": ["夏"]})
    done = await asyncio.gather(*(do(UpdateCampaign(campaign_id=campaign_id, brief_changes=one)) for one in changes))
    last = max((envelope.data["brief"] for _, [envelope] in done), key=lambda brief: brief["version"])["brief"]
    assert (last["targetAudience"], last["creativeDirection"], last["moodTags"]) == (
        "週末に出かける家族",
        "海辺",
        ["夏"],
    )


async def test_field_of_a_brief_that_cannot_be_is_named(create, do):
    campaign_id = (await create()).data["campaignId"]
    with pytest.raises(InvalidBrief, match=r"brief\.objective"):
        await do(UpdateCampaign(campaign_id=campaign_id, brief_changes={"objective": "fame"}))


async def test_edits_of_a_brand_at_once_each_get_a_version_of_their_own(do, brand_id):
    edits = (UpdateBrand(brand_id=brand_id, changes=BrandChanges(name=str(n))) for n in range(8))
    done = await asyncio.gather(*map(do, edits))
    assert sorted(envelope.data["brand"]["version"] for _, [envelope] in done) == list(range(2, 10))


async def test_platforms_of_a_campaign_cannot_change(create, do, make_brief):
    campaign_id = (await create()).data["campaignId"]
    with pytest.raises(InvalidBrief, match="platforms stay"):
        await do(UpdateCampaign(campaign_id=campaign_id, brief=make_brief(platforms=("x",))))


async def test_brand_of_another_team_does_not_exist(do, brand_id, make_brief):
    for command in (
        CreateCampaign(name="x", brand_id=brand_id, brief=make_brief()),
        UpdateBrand(brand_id=brand_id, changes=BrandChanges(name="x")),
    ):
        with pytest.raises(UnknownBrand) as caught:
            await do(command, team="team-b")
        assert caught.value.problem.status == 404


async def test_campaign_of_another_team_does_not_exist(create, do):
    campaign_id = (await create()).data["campaignId"]
    for command in (
        UpdateCampaign(campaign_id=campaign_id, name="x"),
        DeleteCampaign(campaign_id=campaign_id),
        AddPhoto(campaign_id=campaign_id, photo=PHOTO),
    ):
        with pytest.raises(UnknownCampaign) as caught:
            await do(command, team="team-b")
        assert caught.value.problem.status == 404


async def test_deleted_campaign_can_no_longer_be_changed_and_is_still_kept(create, do, database):
    campaign_id = (await create()).data["campaignId"]
    _, [envelope] = await do(DeleteCampaign(campaign_id=campaign_id))
    assert envelope.type == "campaign.deleted"
    with pytest.raises(UnknownCampaign):
        await do(UpdateCampaign(campaign_id=campaign_id, name="x"))
    assert await database.pool.fetchval("SELECT count(*) FROM campaigns WHERE id = $1", campaign_id) == 1


async def test_brand_change_adds_a_version_and_one_that_changes_nothing_does_not(do, brand_id, profile):
    _, [first] = await do(UpdateBrand(brand_id=brand_id, changes=BrandChanges(tone_tags=("親しみ",))))
    reply, said = await do(UpdateBrand(brand_id=brand_id, changes=BrandChanges(tone_tags=("親しみ",), name=None)))
    assert (first.data["brand"]["version"], first.data["brand"]["profile"]["toneTags"]) == (2, ["親しみ"])
    assert first.data["brand"]["profile"]["name"] == profile.name
    assert (reply.status, said) == (200, [])


async def test_logo_is_set_kept_by_other_changes_and_removed_by_a_null_that_says_so(do, brand_id, profile):
    async def change(**changes):
        sent = UpdateBrand(brand_id=brand_id, changes=BrandChanges(**changes)).model_dump(mode="json", by_alias=True)
        return await do(UpdateBrand.model_validate(sent))

    _, [given] = await change(logo=PHOTO)
    _, [renamed] = await change(name="茶舗あおい")
    _, [removed] = await change(logo=None)
    _, nothing = await change(logo=None)
    assert [one.data["brand"]["profile"].get("logo", {}).get("sha256") for one in (given, renamed)] == [
        PHOTO.sha256
    ] * 2
    assert "logo" not in removed.data["brand"]["profile"]
    assert removed.data["brand"]["sha256"] == content_hash(profile.model_copy(update={"name": "茶舗あおい"}))
    assert nothing == []


async def test_photo_joins_as_the_next_base_image_with_composites_for_every_platform(create, do):
    campaign_id = (await create(images=2)).data["campaignId"]
    reply, [envelope] = await do(AddPhoto(campaign_id=campaign_id, photo=PHOTO))
    added = envelope.data["added"]
    assert (added[0]["id"], added[0]["ordinal"], reply.status) == (reply.body["assetId"], 3, 202)
    assert [asset["platform"] for asset in added if asset["kind"] == "composited_image"] == ["instagram", "x", "line"]
    assert len(added) == 1 + 3 + 8


@pytest.mark.parametrize("reopen", [True, False])
async def test_consent_to_reopen_goes_with_an_added_photo_and_no_further(create, do, reopen):
    campaign_id = (await create()).data["campaignId"]
    _, [added] = await do(AddPhoto(campaign_id=campaign_id, photo=PHOTO, reopen=reopen))
    _, [renamed] = await do(UpdateCampaign(campaign_id=campaign_id, name="夏"))
    assert (added.type, added.data["reopen"]) == ("campaign.updated", reopen)
    assert (renamed.type, renamed.data["reopen"]) == ("campaign.updated", False)


async def test_photos_added_at_once_get_numbers_of_their_own(create, do):
    campaign_id = (await create(images=1)).data["campaignId"]
    done = await asyncio.gather(*(do(AddPhoto(campaign_id=campaign_id, photo=PHOTO)) for _ in range(5)))
    assert sorted(envelope.data["added"][0]["ordinal"] for _, [envelope] in done) == [2, 3, 4, 5, 6]


async def test_campaign_holds_no_more_base_images_than_allowed(create, do):
    campaign_id = (await create(images=8, platforms=("x",))).data["campaignId"]
    for _ in range(MAX_BASE_IMAGES - 8):
        await do(AddPhoto(campaign_id=campaign_id, photo=PHOTO))
    with pytest.raises(InvalidBrief, match=f"at most {MAX_BASE_IMAGES}"):
        await do(AddPhoto(campaign_id=campaign_id, photo=PHOTO))


async def test_running_service_answers_publishes_and_refuses(database_url, broker_url, profile, make_brief):
    await declare(broker_url, [TOPOLOGY])
    settings = ServiceSettings(service="campaign", database_url=database_url, amqp_url=broker_url, blob_url="memory://")
    client = CommandClient(broker_url, "gateway", timeout=10)
    await client.start()
    async with Broker.at(broker_url) as broker, running(create_app(settings)):
        watched = await broker.watch(EVENTS, "brand.created", "campaign.created")
        brand = await _ask(client, CreateBrand(profile=profile))
        assert brand.body is not None
        command = CreateCampaign(name="春", brand_id=brand.body["brandId"], brief=make_brief())
        created = await _ask(client, command)
        refused = await _ask(client, command.model_copy(update={"images": 9}))
        said = await received(watched, 2)
    await client.stop()
    assert (brand.status, created.status, refused.status) == (201, 202, 422)
    assert refused.problem is not None
    assert created.body is not None
    assert refused.problem.type == "invalid-brief"
    assert [envelope.type for envelope in said] == ["brand.created", "campaign.created"]
    assert said[1].data["campaignId"] == created.body["campaignId"]
    assert created.emitted == (said[1].id,)


async def _ask(client: CommandClient, command):
    return await client.ask(command, MessageContext(TEAM, ACTOR, uuid4()), uuid4())
