"""Consent to reopen an approval goes with whatever a person has made of an image, and with nothing else."""

import pytest

from assets.testing import brief, job_for
from contracts.campaign import CampaignUpdated
from contracts.image import ImageRegenerated, RestoreImage, UploadImage
from contracts.values import KitAsset

from .image_bench import PHOTO

pytestmark = pytest.mark.parametrize("reopen", [True, False])


async def test_consent_goes_with_what_a_job_makes(play, reopen):
    bench = play()
    image = await bench.planned()
    await bench.run(job_for(image).model_copy(update={"reopen": reopen}))
    [told] = bench.told(ImageRegenerated, image.id)
    assert told.reopen is reopen


async def test_consent_goes_with_a_photo_in_an_images_place(play, reopen):
    bench = play()
    image = await bench.generated()
    await bench.ask(UploadImage(asset_id=image.id, photo=PHOTO, reopen=reopen))
    generated, replaced = bench.told(ImageRegenerated, image.id)
    assert (generated.reopen, replaced.sha256, replaced.reopen) == (False, PHOTO.sha256, reopen)


async def test_consent_goes_with_a_photo_that_joins_a_campaign(play, reopen):
    bench = play()
    image = await bench.planned()
    joined = KitAsset(id=f"{image.id}-photo", kind="image", ordinal=2, upstream=image.wanted.upstream, upload=PHOTO)
    brand_id = image.wanted.upstream["brand"]
    event = CampaignUpdated(
        campaign_id=image.campaign_id, revision=2, name="春", brand_id=brand_id, brief=brief(), added=(joined,)
    )
    await bench.hear(event.model_copy(update={"reopen": reopen}))
    [told] = bench.told(ImageRegenerated, joined.id)
    assert (told.version, told.reopen) == (1, reopen)


async def test_consent_goes_with_a_restored_image(play, reopen):
    bench = play()
    image = await bench.generated()
    await bench.run(job_for(image, 2))
    await bench.ask(RestoreImage(asset_id=image.id, version=1, reopen=reopen))
    *_, restored = bench.told(ImageRegenerated, image.id)
    assert (restored.version, restored.reason, restored.reopen) == (3, "restore", reopen)


async def test_restoring_takes_no_consent_from_the_version_that_is_restored(play, reopen):
    bench = play()
    image = await bench.planned()
    await bench.run(job_for(image).model_copy(update={"reopen": not reopen}))
    await bench.ask(UploadImage(asset_id=image.id, photo=PHOTO, reopen=not reopen))
    await bench.ask(RestoreImage(asset_id=image.id, version=1, reopen=reopen))
    assert [told.reopen for told in bench.told(ImageRegenerated, image.id)] == [not reopen, not reopen, reopen]
