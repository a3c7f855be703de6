"""A person's own words: new versions, held to the platform's limits."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from assets.testing import brand, job_for
from chassis.context import MessageContext
from chassis.errors import Invalid, NotFound
from contracts.assets import AcceptAsset, PinAsset
from contracts.campaign import BrandUpdated
from contracts.copy import CopyRegenerated, EditCopy, RestoreCopy
from contracts.envelope import AuditRecorded, Envelope, Origin
from contracts.jobs import JobCompleted
from contracts.values import BlobRef
from copy_service.errors import LimitsExceeded
from copy_service.service import edit_copy, restore_copy

from .scripted_copywriter import over_long, words


async def test_edit_sets_the_named_fields_and_is_recorded_as_a_persons(play):
    bench = play()
    variant = await bench.written()
    await bench.ask(EditCopy(asset_id=variant.id, headline="春を、ひとくち。"))
    version = await bench.version(variant.id)
    assert (version.version, version.provider, version.reason, version.job_id) == (2, "person", "edited", None)
    assert version.content["text"] == words(1).model_dump(mode="json") | {"headline": "春を、ひとくち。"}
    assert version.inputs.parameters == {"origin": "edited"}
    told = bench.told(CopyRegenerated, variant.id)[-1]
    assert (told.version, told.reason, told.text.headline) == (2, "edited", "春を、ひとくち。")
    assert await bench.is_fresh(variant.id)


async def test_edited_words_are_stale_once_the_brief_they_were_written_for_changes(play):
    bench = play()
    variant = await bench.written()
    await bench.ask(EditCopy(asset_id=variant.id, headline="春を、ひとくち。"))
    await bench.brief_changes(variant)
    assert not await bench.is_fresh(variant.id)


async def test_another_logo_leaves_words_fresh_and_another_tone_does_not(play):
    bench = play()
    variant = await bench.written()
    brand_id = variant.wanted.upstream["brand"]
    logo = BlobRef(sha256="a" * 64, media_type="image/png", bytes=1)
    await bench.hear(BrandUpdated(brand=brand(brand_id, 2, logo=logo)))
    assert await bench.is_fresh(variant.id)
    await bench.hear(BrandUpdated(brand=brand(brand_id, 3, logo=logo, tone_description="静かに")))
    assert not await bench.is_fresh(variant.id)


async def test_words_over_the_limit_are_refused_with_each_reason_and_nothing_is_written(play):
    bench = play()
    variant = await bench.written()
    with pytest.raises(LimitsExceeded) as refused:
        await bench.ask(EditCopy(asset_id=variant.id, body=over_long().body))
    reasons = refused.value.problem.extras["violations"]
    assert reasons
    assert all(reason.startswith("body") and "of at most" in reason for reason in reasons)
    assert (await bench.asset(variant.id)).version == 1


async def test_words_that_show_nothing_and_hashtags_without_their_sign_are_refused_field_by_field(play):
    bench = play()
    variant = await bench.written()
    with pytest.raises(Invalid) as refused:
        await bench.ask(
            EditCopy(asset_id=variant.id, headline="", body=" \n\u200b", cta="\u3000", hashtags=("#朝", "夏"))
        )
    faults = refused.value.problem.extras["errors"]
    assert [fault["path"] for fault in faults] == ["headline", "body", "cta", "hashtags.1"]
    assert refused.value.problem.status == 422
    assert (await bench.asset(variant.id)).version == 1


async def test_variant_that_was_never_written_needs_all_its_words_at_once(play):
    bench = play()
    variant = (await bench.planned())[0]
    with pytest.raises(Invalid, match="never written"):
        await bench.ask(EditCopy(asset_id=variant.id, headline="春"))
    text = words(3)
    await bench.ask(EditCopy(asset_id=variant.id, headline=text.headline, body=text.body, cta=text.cta))
    version = await bench.version(variant.id, 1)
    assert version.content["text"] == text.model_dump(mode="json") | {"hashtags": []}


async def test_two_people_editing_different_fields_at_once_both_keep_their_words(play):
    bench = play()
    variant = await bench.written()
    await asyncio.gather(
        bench.ask(EditCopy(asset_id=variant.id, headline="見出し")),
        bench.ask(EditCopy(asset_id=variant.id, cta="買う")),
    )
    version = await bench.version(variant.id)
    assert (version.version, version.content["text"]["headline"], version.content["text"]["cta"]) == (
        3,
        "見出し",
        "買う",
    )


async def test_restoring_brings_back_the_words_the_direction_and_the_inputs(play):
    bench = play()
    variant = await bench.written()
    await bench.run(job_for(variant, 2, custom_prompt="数字で語る"))
    await bench.ask(EditCopy(asset_id=variant.id, headline="私の言葉"))
    await bench.ask(RestoreCopy(asset_id=variant.id, version=2))
    second, fourth = [await bench.version(variant.id, n) for n in (2, 4)]
    assert (fourth.sha256, fourth.inputs, fourth.content, fourth.reason) == (
        second.sha256,
        second.inputs,
        second.content,
        "restore",
    )
    assert await bench.is_fresh(variant.id)
    await bench.run(job_for(variant, 3))
    assert bench.copywriter.requests[-1].direction == "数字で語る"


async def test_job_asked_for_after_an_edit_replaces_it(play):
    bench = play()
    variant = await bench.written()
    await bench.ask(EditCopy(asset_id=variant.id, headline="私の言葉"))
    await bench.run(job := job_for(variant, 2))
    assert bench.told(JobCompleted)[-1].job_id == job.job_id
    assert (await bench.version(variant.id)).version == 3


async def test_another_teams_variant_does_not_exist(play):
    bench = play()
    variant = await bench.written()
    commands = (
        EditCopy(asset_id=variant.id, headline="盗用"),
        RestoreCopy(asset_id=variant.id, version=1),
        PinAsset(asset_id=variant.id, pinned=True),
        AcceptAsset(asset_id=variant.id, reason="x"),
        EditCopy(asset_id=str(uuid4()), headline="無"),
    )
    for command in commands:
        with pytest.raises(NotFound):
            await bench.ask(command, team="team-b")
    assert await bench.asset(variant.id) == variant


async def test_the_audit_log_has_the_words_before_and_after(play, copy_database):
    bench = play()
    variant = await bench.written()
    edited = EditCopy(asset_id=variant.id, headline="春を、ひとくち。")
    act = await _recorded(copy_database, variant.team_id, edit_copy, edited)
    assert (act.before["text"]["headline"], act.after["text"]["headline"]) == (words(1).headline, "春を、ひとくち。")
    act = await _recorded(copy_database, variant.team_id, restore_copy, RestoreCopy(asset_id=variant.id, version=1))
    assert (act.before["text"]["headline"], act.after["text"]["headline"]) == ("春を、ひとくち。", words(1).headline)
    assert (act.before["version"], act.after["version"], act.after["restored"]) == (2, 3, 1)


async def _recorded(database, team, handler, command) -> Any:
    """What the audit log is told of a person's command."""
    context = MessageContext(team, "editor-1", uuid4(), uuid4(), origin=Origin(role="editor"))
    async with database.transaction(context) as tx:
        await handler(command, tx)
        tx.account_for(command)
    [told] = [one for one in tx.outgoing if one.message_type == AuditRecorded.type]
    return AuditRecorded.model_validate(Envelope.model_validate_json(told.body).data)
