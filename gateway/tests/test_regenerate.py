"""Regenerating, previewing, waiting, and regenerating all that is stale."""

import asyncio
from uuid import UUID, uuid4

import pytest

from contracts.compositor import CompositeRendered, RenderAssets
from contracts.copy import CopyRegenerated
from contracts.envelope import Reply
from contracts.image import ImageRegenerated
from contracts.jobs import JobCompleted, JobRequested, RequestJobs
from contracts.values import CopyText, InputSet, JobOptions, UpstreamRef, Wanted
from lineage.basis import request_basis
from lineage.staleness import input_hash

KINDS = "copy_variant, image, composited_image, platform_image"
VARIANT = {"type": "copy_variant", "platform": "instagram", "variantLabel": "A案"}


def produced(story, asset_id, version, upstream, **fields):
    inputs = InputSet(upstream=upstream)
    wanted = Wanted(revision=0, upstream={role: ref.id for role, ref in upstream.items()})
    given = {"campaign_id": story.id, "asset_id": asset_id, "version": version, "sha256": f"{version:064x}"}
    given |= {"media_type": "image/jpeg", "input_hash": input_hash(inputs), "inputs": inputs, "wanted": wanted}
    return given | {"provider": "anthropic", "offline": False, "reason": "initial"} | fields


@pytest.fixture
def kit_events(story):
    brief = UpstreamRef(id=story.id, version=1, sha256=story.brief.sha256)
    brand = UpstreamRef(id=story.brand.id, version=1, sha256=story.brand.sha256)
    sources = {"brief": brief, "brand": brand}
    image = UpstreamRef(id=story.image, version=1, sha256=f"{1:064x}")
    copy = UpstreamRef(id=story.copy, version=1, sha256=f"{1:064x}")
    text = CopyText(headline="涼しい朝", body="水出しの一杯を。", cta="詳しく")
    words = {"platform": "instagram", "variant_label": "A案", "text": text, "register_used": "standard"}
    seen = {"layout": "bottom", "contrast": 700, "focal_x": 1, "focal_y": 1}
    on = {"image": image, "copy": copy, "brand": brand}
    return [
        story.created,
        CopyRegenerated(**produced(story, story.copy, 1, sources), **words),
        ImageRegenerated(**produced(story, story.image, 1, sources), prompt_origin="derived"),
        CompositeRendered(**produced(story, story.composite, 1, on, provider="compositor", offline=True), **seen),
    ]


@pytest.fixture
async def kit(settled, make_envelope, kit_events, story):
    await settled(*map(make_envelope, kit_events))
    return story


@pytest.fixture
async def stale_kit(kit, settled, make_envelope):
    from contracts.campaign import BriefState, CampaignUpdated

    brief = BriefState(version=2, sha256="d" * 64, brief=kit.brief.brief)
    await settled(
        make_envelope(CampaignUpdated(campaign_id=kit.id, revision=2, name="夏", brand_id=kit.brand.id, brief=brief))
    )
    return kit


@pytest.fixture
def ledger(services, make_envelope):
    """A jobs service: one job.requested for each target, with an id made from the command's."""
    jobs: list[str] = []

    async def answer(command, services):
        asked = RequestJobs.model_validate(command.data)
        events, told = [], []
        for target in asked.targets:
            job_id = str(uuid4())
            jobs.append(job_id)
            told.append({"jobId": job_id, "targetId": target.asset_id})
            event = JobRequested(
                job_id=job_id,
                campaign_id=asked.campaign_id,
                kind=target.kind,
                target_id=target.asset_id,
                seq=1,
                options=target.options,
                requested_by=command.actor,
                cascade_id=str(command.correlationid),
            )
            events.append(make_envelope(event, cause=command.id, cascade=command.correlationid, subject=job_id))
        await services.publish(*events)
        return Reply(status=202, body={"jobs": told, "skipped": []}, emitted=tuple(one.id for one in events))

    services.on(RequestJobs, answer)
    return jobs


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


async def test_wrong_kind_among_stale_ones_is_one_error(client, kit):
    answer = await client.post(f"/api/campaigns/{kit.id}/regenerate-dirty", json={"kinds": ["poem"]})
    assert answer.json()["errors"] == [{"path": "kinds.0", "message": f"must be one of {KINDS}"}]
    empty = await client.post(f"/api/campaigns/{kit.id}/regenerate-dirty", json={"kinds": []})
    assert [one["path"] for one in empty.json()["errors"]] == ["kinds"]


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
    assert (answer["paidCalls"], answer["estimatedYen"], answer["approvalsVoided"]) == (1, 6, [])
    free = (await client.post(url(kit, "/preview"), json={"type": "composited_image", "assetId": kit.composite})).json()
    assert (free["paidCalls"], free["estimatedYen"]) == (0, 0)
    assert services.received == []


async def test_preview_of_an_offline_twins_work_counts_no_paid_call(client, kit, kit_events, settled, make_envelope):
    twin = {"version": 2, "sha256": f"{2:064x}", "offline": True, "provider": "offline"}
    await settled(make_envelope(kit_events[2].model_copy(update=twin)))
    told = (await client.post(url(kit, "/preview"), json={"type": "image", "assetId": kit.image})).json()
    assert (told["paidCalls"], told["estimatedYen"]) == (0, 0)
    assert [one["paid"] for one in told["assets"]] == [False, False, False]


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


async def test_stale_assets_are_listed_with_cause_and_price(client, stale_kit):
    told = (await client.get(f"/api/campaigns/{stale_kit.id}/dirty")).json()
    assert {one["id"] for one in told["items"]} == {stale_kit.copy, stale_kit.image}
    assert told["estimatedYen"] == 8
    assert {one["causes"][0]["upstreamId"] for one in told["items"]} == {stale_kit.id}


async def test_regenerating_all_stale_is_one_cascade_and_repeats_alike(client, stale_kit, ledger):
    path, body = f"/api/campaigns/{stale_kit.id}/regenerate-dirty", {"kinds": ["copy_variant", "image"]}
    headers = {"Idempotency-Key": str(uuid4())}
    first = await client.post(path, json=body, headers=headers)
    assert first.status_code == 202
    assert {job["targetId"] for job in first.json()["jobs"]} == {stale_kit.copy, stale_kit.image}
    assert {job["cascadeId"] for job in first.json()["jobs"]} == {first.json()["cascadeId"]}
    again = await client.post(path, json=body, headers=headers)
    assert again.json() == first.json()
    assert len(ledger) == 2


async def test_pinned_assets_are_skipped_with_the_reason(client, stale_kit, ledger, settled, make_envelope):
    from contracts.assets import AssetPinned

    pinned = AssetPinned(campaign_id=stale_kit.id, asset_id=stale_kit.image, kind="image", pinned=True, revision=1)
    await settled(make_envelope(pinned))
    path = f"/api/campaigns/{stale_kit.id}/regenerate-dirty"
    told = (await client.post(path, json={"kinds": ["image"]})).json()
    assert told["jobs"] == []
    assert told["skipped"] == [{"assetId": stale_kit.image, "reason": "pinned"}]
    assert ledger == []


async def test_failed_asset_that_needs_a_retry_is_skipped(client, stale_kit, services, refuse):
    async def answer(_command, _services):
        return refuse("retry-required", 409, "retry")

    services.on(RequestJobs, answer)
    path = f"/api/campaigns/{stale_kit.id}/regenerate-dirty"
    told = (await client.post(path, json={"kinds": ["image"]})).json()
    assert told["skipped"] == [{"assetId": stale_kit.image, "reason": "retry-required"}]
