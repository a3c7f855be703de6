"""After an upgrade: a prompt that an older release derived is still a derived one, and never a prompt itself."""

import asyncio
from collections.abc import Callable

import pytest

from assets.model import Asset
from assets.testing import brand, brief, job_for
from contracts.image import ImagePromptChanged, ImageRegenerated, RestoreImage
from image_service.domain import DERIVED
from image_service.prompting import derive_prompt
from image_service.upgrades import bring_up_to_date

from .image_bench import ImageBench

TODAY = derive_prompt(brief().brief, brand("any").profile, 1)
OLDER = "derived:image-prompt/1"
SET_OLDER = """
UPDATE assets SET wanted_parameters = wanted_parameters || jsonb_build_object('prompt', $2::text) WHERE id = $1
"""


@pytest.fixture(scope="module")
def image_database_url(install: Callable[[str], str]) -> str:
    """A database of this module's own: an upgrade is of all that is in it."""
    return install("image")


async def _planned_by_an_older_release(bench: ImageBench) -> Asset:
    image = await bench.planned()
    await bench.database.pool.execute(SET_OLDER, image.id, OLDER)
    return await bench.asset(image.id)


async def _made_by_an_older_release(bench: ImageBench, monkeypatch: pytest.MonkeyPatch) -> Asset:
    with monkeypatch.context() as older:
        older.setattr("image_service.domain.DERIVED", OLDER)
        older.setattr("image_service.worker.derive_prompt", lambda *_: "words of an older template")
        return await bench.generated()


@pytest.mark.parametrize("options", [{}, {"preserve_prompt": True}])
async def test_word_for_a_derived_prompt_is_never_sent_to_the_provider(play, options):
    bench = play()
    image = await _planned_by_an_older_release(bench)
    await bench.run(job_for(image, **options))
    assert [order.prompt for order in bench.generator.orders] == [TODAY]
    [told] = bench.told(ImageRegenerated)
    assert (told.prompt_origin, told.wanted.parameters["prompt"]) == ("derived", DERIVED)


async def test_image_of_an_older_template_becomes_stale_once_and_keeps_its_bytes(play, monkeypatch):
    bench = play()
    image = await _made_by_an_older_release(bench, monkeypatch)
    assert (image.wanted.parameters["prompt"], await bench.is_fresh(image.id)) == (OLDER, True)
    for _ in range(2):
        await bring_up_to_date(bench.database)
    assert await bench.standing(image) == (1, "derived", False)
    [told] = bench.told(ImagePromptChanged, image.id)
    assert (told.prompt, told.origin, told.wanted) == (None, "derived", (await bench.asset(image.id)).wanted)
    await bench.run(job_for(image, 2))
    assert bench.generator.orders[-1].prompt == TODAY
    assert await bench.standing(image) == (2, "derived", True)


async def test_edited_prompt_and_photo_are_left_alone_by_an_upgrade(play):
    bench = play()
    image = await bench.generated(custom_prompt="夜桜")
    await bring_up_to_date(bench.database)
    assert (bench.told(ImagePromptChanged, image.id), await bench.is_fresh(image.id)) == ([], True)


async def test_replicas_that_start_at_once_tell_of_an_image_once(play):
    bench = play()
    image = await _planned_by_an_older_release(bench)
    await asyncio.gather(*(bring_up_to_date(bench.database) for _ in range(3)))
    assert len(bench.told(ImagePromptChanged, image.id)) == 1


async def test_restored_version_of_an_older_template_has_todays_prompt_wanted(play, monkeypatch):
    bench = play()
    image = await _made_by_an_older_release(bench, monkeypatch)
    await bring_up_to_date(bench.database)
    await bench.run(job_for(image, 2))
    await bench.ask(RestoreImage(asset_id=image.id, version=1))
    assert await bench.standing(image) == (3, "derived", False)


async def test_words_of_an_older_template_that_someone_asks_for_are_an_edited_prompt(play, monkeypatch):
    bench = play()
    image = await _made_by_an_older_release(bench, monkeypatch)
    await bench.prompt(image, "words of an older template")
    await bench.run(job_for(image, 2))
    assert bench.generator.orders[-1].prompt == "words of an older template"
    assert await bench.standing(image) == (2, "words of an older template", True)
