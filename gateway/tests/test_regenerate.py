"""Regenerating, previewing, waiting, and regenerating all that is stale."""

import asyncio
from uuid import UUID, uuid4

import pytest

from contracts.campaign import BrandState, BrandUpdated
from contracts.compositor import RenderAssets
from contracts.jobs import JobCompleted, RequestJobs
from contracts.values import BlobRef, JobOptions
from lineage.basis import request_basis
from lineage.canonical import content_hash

KINDS = "copy_variant, image, composited_image, platform_image"
VARIANT = {"type": "copy_variant", "platform": "instagram", "variantLabel": "A案"}


def url(story, tail=""):
    return f"/api/campaigns/{story.id}/regenerate{tail}"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"type": "poem"}, "type"),
        ({"type": "video", "assetId": "a"}, "type"),
        ({"type": "audio", "assetId": "a"}, "type"),
        ({"type": "image"}, "assetId"),
        ({"type": "image", "copyVariantId": "a", "assetId": "b"}, "copyVariantId"),
        ({"type": "image", "assetId": "a", "platform": "x"}, "platform"),
        ({"type": "platform_image", "assetId": "a", "variantLabel": "A案"}, "variantLabel"),
        ({"type": "composited_image", "assetId": "a", "options": {"customPrompt": "x"}}, "options.customPrompt"),
        ({"type": "platform_image", "assetId": "a", "options": {"preservePrompt": True}}, "options.preservePrompt"),
        ({"type": "copy_variant"}, "copyVariantId"),
        ({"type": "copy_variant", "assetId": "a"}, "assetId"),
        ({"type": "copy_variant", "platform": "x"}, "variantLabel"),
        ({"type": "copy_variant", "variantLabel": "A案"}, "platform"),
        ({"type": "copy_variant", "copyVariantId": "a", "platform": "x"}, "platform"),
        ({"type": "image", "assetId": "a", "options": {"preservePrompt": True, "customPrompt": "x"}}, "options"),
        ({"type": "image", "assetId": "a", "options": {"customPrompt": ""}}, "options.customPrompt"),
        ({"type": "image", "assetId": "a", "options": {"seed": 1}}, "options.seed"),
        ({"type": "image", "assetId": "a", "colour": "red"}, "colour"),
    ],
)
async def test_what_a_type_does_not_take_is_named(client, story, body, path):
    for tail in ("", "/preview"):
        answer = await client.post(url(story, tail), json=body)
        assert answer.status_code == 422
        assert path in {fault["path"] for fault in answer.json()["errors"]}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, f"is required, and must be one of {KINDS}, video, audio"),
        (VARIANT | {"platform": "x", "variantLabel": "A"}, "must be one of A案, B案, C案, D案"),
        (VARIANT | {"platform": "tiktok"}, "must be one of this campaign's platforms: instagram"),
    ],
)
async def test_what_would_be_right_is_listed(client, kit, body, message):
    answer = await client.post(url(kit), json=body)
    assert (answer.status_code, [one["message"] for one in answer.json()["errors"]]) == (422, [message])


async def test_asset_of_another_kind_is_refused_and_an_unknown_one_not_found(client, kit):
    answer = await client.post(url(kit), json={"type": "image", "assetId": kit.composite})
    told = answer.json()["errors"][0]
    assert (answer.status_code, told["path"]) == (422, "assetId")
    assert told["message"] == f"{kit.composite} is a composited_image, not an image"
    assert (await client.post(url(kit), json={"type": "image", "assetId": "none"})).status_code == 404
    unlabelled = {"type": "copy_variant", "platform": "instagram", "variantLabel": "D案"}
    assert (await client.post(url(kit), json=unlabelled)).status_code == 404


async def test_regenerate_answers_with_the_job_and_its_place(client, kit, ledger, services):
    answer = await client.post(url(kit), json={"type": "image", "assetId": kit.image})
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/jobs/{ledger[0]}"
    assert answer.json()["status"] == "PENDING"
    assert (await client.get(answer.headers["Location"])).json() == answer.json()
    (target,) = RequestJobs.model_validate(services.received[0].data).targets
    assert target.basis == request_basis(kit.brief.sha256, kit.brand.sha256, None)


async def test_copy_variant_is_found_by_platform_and_label(client, kit, ledger, services):
    body = {"type": "copy_variant", "platform": "instagram", "variantLabel": "A案", "options": {"customPrompt": "短く"}}
    assert (await client.post(url(kit), json=body)).status_code == 202
    (target,) = RequestJobs.model_validate(services.received[0].data).targets
    assert (target.asset_id, target.options) == (kit.copy, JobOptions(custom_prompt="短く"))


async def test_composite_goes_to_the_compositor(client, kit, services, refuse):
    async def answer(_command, _services):
        return refuse("never-made", 409, "no")

    services.on(RenderAssets, answer)
    told = await client.post(url(kit), json={"type": "composited_image", "assetId": kit.composite})
    assert told.json()["type"] == "/problems/never-made"
    assert services.received[0].data["assetIds"] == [kit.composite]


async def test_preference_to_wait_is_answered_with_the_finished_job(
    client, gateway, kit, ledger, services, make_envelope
):
    async def finish():
        async def asked():
            return bool(ledger)

        assert await gateway.wakeups.until(kit.id, asked, 5)
        done = JobCompleted(
            job_id=ledger[0],
            campaign_id=kit.id,
            kind="image",
            target_id=kit.image,
            version=2,
            sha256=f"{2:064x}",
            changed=True,
        )
        await services.publish(make_envelope(done, cause=UUID(ledger[0]), cascade=services.received[0].correlationid))

    finishing = asyncio.create_task(finish())
    headers = {"Prefer": "respond-async, wait=5"}
    answer = await client.post(url(kit), json={"type": "image", "assetId": kit.image}, headers=headers)
    await finishing
    assert answer.status_code == 200
    assert answer.json()["result"] == {"assetId": kit.image, "version": 2, "changed": True}


async def test_wait_that_runs_out_is_answered_with_202(client, kit, ledger):
    body = {"type": "image", "assetId": kit.image}
    answer = await client.post(url(kit), json=body, headers={"Prefer": "wait=1"})
    assert (answer.status_code, answer.json()["status"]) == (202, "PENDING")


async def test_preview_names_what_follows_and_changes_nothing(client, kit, services):
    answer = (await client.post(url(kit, "/preview"), json={"type": "image", "assetId": kit.image})).json()
    assert [one["id"] for one in answer["assets"]] == [kit.image, kit.composite, kit.size]
    assert [(one["platform"], one["placement"]) for one in answer["assets"][1:]] == [
        ("instagram", None),
        ("instagram", "instagram.story"),
    ]
    assert (answer["paidCalls"], answer["estimatedYen"], answer["approvalsVoided"]) == (1, 6, [])
    free = (await client.post(url(kit, "/preview"), json={"type": "composited_image", "assetId": kit.composite})).json()
    assert (free["paidCalls"], free["estimatedYen"]) == (0, 0)
    assert services.received == []


async def test_preview_says_in_words_what_an_asset_rests_on(client, kit):
    answers = [
        await client.post(url(kit, "/preview"), json=body)
        for body in ({"type": "image", "assetId": kit.image}, {"type": "copy_variant", "copyVariantId": kit.copy})
    ]
    told = [[one["why"] for one in answer.json()["assets"]] for answer in answers]
    assert [why[:2] for why in told] == [
        ["it is regenerated", "it rests on image 1"],
        ["it is regenerated", "it rests on copy variant A案 for instagram"],
    ]
    assert all("it rests on composited image 1 for instagram" in why for why in told)


async def test_plan_that_changed_is_refused_with_the_new_one(client, kit, ledger, kit_events, settled, make_envelope):
    body = {"type": "image", "assetId": kit.image}
    plan = (await client.post(url(kit, "/preview"), json=body)).json()
    await settled(make_envelope(kit_events[3].model_copy(update={"version": 2, "sha256": f"{2:064x}"})))
    refused = await client.post(url(kit), json=body | {"planHash": plan["planHash"]})
    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/plan-changed"
    agreed = refused.json()["preview"]["planHash"]
    assert ledger == []
    assert (await client.post(url(kit), json=body | {"planHash": agreed})).status_code == 202


async def test_repeat_after_its_effect_gets_the_first_answer_though_the_plan_changed(
    client, kit, ledger, kit_events, settled, make_envelope
):
    body = {"type": "image", "assetId": kit.image}
    plan = (await client.post(url(kit, "/preview"), json=body)).json()["planHash"]
    headers = {"Idempotency-Key": "again"}
    first = await client.post(url(kit), json=body | {"planHash": plan}, headers=headers)
    await settled(make_envelope(kit_events[3].model_copy(update={"version": 2, "sha256": f"{2:064x}"})))
    again = await client.post(url(kit), json=body | {"planHash": plan}, headers=headers)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert len(ledger) == 1


async def test_repeat_of_what_nobody_took_is_held_to_its_plan(
    client, kit, kit_events, services, settled, make_envelope, request
):
    body = {"type": "image", "assetId": kit.image}
    plan = (await client.post(url(kit, "/preview"), json=body)).json()["planHash"]
    headers = {"Idempotency-Key": str(uuid4())}
    first = await client.post(url(kit), json=body | {"planHash": plan}, headers=headers)
    assert first.json()["type"] == "/problems/no-answer"
    await settled(make_envelope(kit_events[3].model_copy(update={"version": 2, "sha256": f"{2:064x}"})))
    ledger = request.getfixturevalue("ledger")
    again = await client.post(url(kit), json=body | {"planHash": plan}, headers=headers)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/plan-changed")
    assert ledger == []


async def test_another_logo_makes_no_other_work_of_a_job(client, kit, ledger, services, settled, make_envelope):
    async def basis():
        services.received.clear()
        assert (await client.post(url(kit), json={"type": "image", "assetId": kit.image})).status_code == 202
        (target,) = RequestJobs.model_validate(services.received[0].data).targets
        return target.basis

    before = await basis()
    logo = BlobRef(sha256="e" * 64, media_type="image/png", bytes=100, width=10, height=10)
    profile = kit.brand.profile.model_copy(update={"logo": logo})
    state = BrandState(id=kit.brand.id, version=2, sha256=content_hash(profile), profile=profile)
    await settled(make_envelope(BrandUpdated(brand=state)))
    assert await basis() == before
    renamed = profile.model_copy(update={"name": "海の珈琲"})
    state = BrandState(id=kit.brand.id, version=3, sha256=content_hash(renamed), profile=renamed)
    await settled(make_envelope(BrandUpdated(brand=state)))
    assert await basis() != before
