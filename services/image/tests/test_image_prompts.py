"""Which prompt a regeneration uses, and what editing one makes of the image."""

import asyncio

import pytest

from assets.testing import brand, brief, job_for
from chassis.errors import Invalid, NotFound
from contracts.campaign import CampaignUpdated
from contracts.image import EditImagePrompt, ImagePromptChanged, ImageRegenerated, RestoreImage, UploadImage
from contracts.jobs import JobCompleted, JobFailed, JobSuperseded
from contracts.values import KitAsset
from image_service.generator import ImageRequest
from image_service.prompting import derive_prompt

from .image_bench import PHOTO, ImageBench

TODAY = derive_prompt(brief().brief, brand("any").profile, 1)


async def test_first_image_has_the_prompt_derived_from_brief_and_brand(play):
    bench = play()
    image = await bench.generated()
    version = await bench.version(image.id, 1)
    assert (version.prompt, version.seed, version.content) == (
        TODAY,
        bench.generator.orders[0].seed,
        {"focalX": 400, "focalY": 600},
    )
    assert await bench.standing(image) == (1, "derived", True)
    assert await bench.blobs.get(version.sha256) == f"{TODAY}/{version.seed}".encode()
    [told] = bench.told(ImageRegenerated)
    assert (told.prompt_origin, told.reason, told.focal_x, told.bytes) == ("derived", "initial", 400, version.bytes)


async def test_derived_prompt_is_derived_again_from_todays_brief(play):
    bench = play()
    image = await bench.generated()
    await bench.brief_changes(image)
    assert await bench.standing(image) == (1, "derived", False)
    await bench.run(job_for(image, 2))
    assert "柚子ほうじ茶" in bench.generator.orders[-1].prompt
    assert await bench.standing(image) == (2, "derived", True)


async def test_edited_prompt_is_kept_when_the_brief_changes(play):
    bench = play()
    image = await bench.generated(custom_prompt="夜桜と湯気")
    await bench.brief_changes(image)
    await bench.run(job_for(image, 2))
    assert [order.prompt for order in bench.generator.orders] == ["夜桜と湯気", "夜桜と湯気"]
    assert len({order.seed for order in bench.generator.orders}) == 2
    assert await bench.standing(image) == (2, "夜桜と湯気", True)


async def test_preserved_prompt_is_the_same_words_with_a_new_seed_whatever_the_brief_says(play):
    bench = play()
    image = await bench.generated()
    await bench.run(job_for(image, 2, preserve_prompt=True))
    assert await bench.standing(image) == (2, "derived", True)
    await bench.brief_changes(image)
    await bench.run(job_for(image, 3, preserve_prompt=True))
    assert [order.prompt for order in bench.generator.orders] == [TODAY] * 3
    assert len({order.seed for order in bench.generator.orders}) == 3
    assert await bench.standing(image) == (3, TODAY, True)


async def test_custom_prompt_replaces_an_edited_one_and_stays(play):
    bench = play()
    image = await bench.generated()
    await bench.prompt(image, "夜桜")
    await bench.run(job_for(image, 2, custom_prompt="朝の光"))
    await bench.run(job_for(image, 3))
    assert [order.prompt for order in bench.generator.orders] == [TODAY, "朝の光", "朝の光"]
    assert await bench.standing(image) == (3, "朝の光", True)


async def test_editing_a_prompt_makes_the_image_stale_and_editing_it_back_makes_it_fresh_with_no_work(play):
    bench = play()
    image = await bench.generated()
    await bench.prompt(image, "夜桜")
    assert await bench.standing(image) == (1, "夜桜", False)
    await bench.prompt(image, TODAY)
    assert await bench.standing(image) == (1, "derived", True)
    assert (await bench.asset(image.id)).wanted.parameters == (await bench.version(image.id)).inputs.parameters
    told = bench.told(ImagePromptChanged)
    assert [(one.prompt, one.origin) for one in told] == [("夜桜", "edited"), (None, "derived")]
    assert [one.wanted.revision for one in told] == sorted({one.wanted.revision for one in told})
    assert len(bench.generator.orders) == 1


async def test_prompt_goes_back_to_the_derived_one_when_it_is_emptied(play):
    bench = play()
    image = await bench.generated(custom_prompt="夜桜")
    await bench.prompt(image, None)
    assert await bench.standing(image) == (1, "derived", False)
    await bench.prompt(image, "夜桜")
    assert await bench.standing(image) == (1, "夜桜", True)


async def test_prompt_that_is_wanted_already_changes_nothing(play):
    bench = play()
    image = await bench.generated()
    for _ in range(2):
        await bench.prompt(image, "夜桜")
    await bench.run(job_for(image, 2))
    await bench.prompt(image, "夜桜")
    assert len(bench.told(ImagePromptChanged)) == 1


async def test_prompt_edited_while_a_job_runs_stays_wanted(play):
    bench: ImageBench = play()
    image = await bench.generated()

    async def edited_meanwhile(request: ImageRequest) -> None:
        await bench.prompt(image, "夜桜")

    bench.generator.submits.append(edited_meanwhile)
    await bench.run(job_for(image, 2))
    assert (await bench.version(image.id, 2)).prompt == TODAY
    assert await bench.standing(image) == (2, "夜桜", False)
    assert bench.told(ImageRegenerated)[-1].wanted == (await bench.asset(image.id)).wanted
    await bench.run(job_for(image, 3))
    assert bench.generator.orders[-1].prompt == "夜桜"
    assert await bench.standing(image) == (3, "夜桜", True)


async def test_of_two_custom_prompts_under_way_at_once_the_later_one_is_wanted(play):
    bench: ImageBench = play()
    image = await bench.generated()

    ordered, let_go = asyncio.Event(), asyncio.Event()
    later: list[asyncio.Task[None]] = []

    async def asked_again(request: ImageRequest) -> None:
        later.append(asyncio.create_task(bench.run(job_for(image, 3, custom_prompt="夜桜"))))
        await ordered.wait()

    async def held(request: ImageRequest) -> None:
        ordered.set()
        await let_go.wait()

    bench.generator.submits += [asked_again, held]
    await bench.run(job_for(image, 2, custom_prompt="朝桜"))
    let_go.set()
    await later[0]
    assert await bench.standing(image) == (3, "夜桜", True)


async def test_two_prompts_edited_at_once_are_two_revisions_of_which_the_later_is_wanted(play):
    bench = play()
    image = await bench.generated()
    await asyncio.gather(*(bench.prompt(image, text) for text in ("夜桜", "朝桜")))
    first, second = bench.told(ImagePromptChanged)
    assert second.wanted.revision == first.wanted.revision + 1
    assert (await bench.asset(image.id)).wanted == second.wanted


async def test_photo_cannot_be_generated_until_someone_gives_it_a_prompt(play):
    bench = play()
    image = await bench.planned(upload=PHOTO)
    version = await bench.version(image.id, 1)
    assert (version.sha256, version.provider, version.reason, version.prompt) == (
        PHOTO.sha256,
        "person",
        "upload",
        None,
    )
    assert await bench.is_fresh(image.id)
    for seq, options in ((1, {}), (2, {"preserve_prompt": True})):
        await bench.run(job_for(image, seq, **options))
    assert [failed.code for failed in bench.told(JobFailed)] == ["PHOTO_NEEDS_PROMPT"] * 2
    assert bench.generator.calls == 0
    await bench.run(job_for(image, 3, custom_prompt="湯のみ"))
    assert await bench.standing(image) == (2, "湯のみ", True)


async def test_prompt_given_to_a_photo_makes_it_stale_and_taking_it_back_makes_it_fresh(play):
    bench = play()
    image = await bench.planned(upload=PHOTO)
    await bench.prompt(image, "湯のみ")
    assert await bench.standing(image) == (1, "湯のみ", False)
    await bench.prompt(image, None)
    assert await bench.standing(image) == (1, None, True)


async def test_uploaded_photo_outdates_the_job_that_runs(play):
    bench: ImageBench = play()
    image = await bench.planned()

    async def uploaded_meanwhile(request: ImageRequest) -> None:
        await bench.ask(UploadImage(asset_id=image.id, photo=PHOTO))

    bench.generator.submits.append(uploaded_meanwhile)
    await bench.run(job_for(image))
    [late] = bench.told(JobSuperseded)
    assert (late.cost_yen, late.attempts[0].outcome) == (7, "succeeded")
    assert await bench.standing(image) == (1, None, True)
    assert (await bench.version(image.id)).sha256 == PHOTO.sha256


async def test_photo_that_joins_a_campaign_later_is_planned_and_taken(play):
    bench = play()
    image = await bench.generated()
    joined = KitAsset(id=f"{image.id}-photo", kind="image", ordinal=2, upstream=image.wanted.upstream, upload=PHOTO)
    event = CampaignUpdated(
        campaign_id=image.campaign_id,
        revision=2,
        name="春",
        brand_id=image.wanted.upstream["brand"],
        brief=brief(),
        added=(joined,),
    )
    await bench.hear(event)
    assert (await bench.version(joined.id, 1)).sha256 == PHOTO.sha256
    assert bench.told(ImageRegenerated, joined.id)[0].prompt_origin == "upload"


async def test_restoring_brings_back_bytes_prompt_and_seed_and_the_prompt_is_wanted_again(play):
    bench = play()
    image = await bench.generated(custom_prompt="夜桜")
    await bench.run(job_for(image, 2, custom_prompt="朝の光"))
    await bench.ask(RestoreImage(asset_id=image.id, version=1))
    first, third = [await bench.version(image.id, n) for n in (1, 3)]
    assert (third.sha256, third.prompt, third.seed, third.reason) == (first.sha256, "夜桜", first.seed, "restore")
    assert await bench.standing(image) == (3, "夜桜", True)
    with pytest.raises(Invalid):
        await bench.ask(RestoreImage(asset_id=image.id, version=3))


async def test_new_seed_alone_never_makes_an_image_stale(play):
    bench = play()
    image = await bench.generated()
    await bench.run(job_for(image, 2))
    assert await bench.standing(image) == (2, "derived", True)
    assert [done.changed for done in bench.told(JobCompleted)] == [True, True]


async def test_another_teams_image_does_not_exist(play):
    bench = play()
    image = await bench.generated()
    commands = (
        EditImagePrompt(asset_id=image.id, prompt="盗"),
        UploadImage(asset_id=image.id, photo=PHOTO),
        RestoreImage(asset_id=image.id, version=1),
    )
    for command in commands:
        with pytest.raises(NotFound):
            await bench.ask(command, team="team-b")
    assert await bench.asset(image.id) == image
