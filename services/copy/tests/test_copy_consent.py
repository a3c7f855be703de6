"""Consent to reopen an approval goes with whatever a person has made of a variant, and with nothing else."""

import pytest

from assets.testing import job_for
from contracts.copy import CopyRegenerated, EditCopy, RestoreCopy

pytestmark = pytest.mark.parametrize("reopen", [True, False])


async def test_consent_goes_with_what_a_job_writes(play, reopen):
    bench = play()
    variant, *_ = await bench.planned()
    await bench.run(job_for(variant).model_copy(update={"reopen": reopen}))
    [told] = bench.told(CopyRegenerated, variant.id)
    assert told.reopen is reopen


async def test_consent_goes_with_a_persons_own_words(play, reopen):
    bench = play()
    variant = await bench.written()
    await bench.ask(EditCopy(asset_id=variant.id, headline="春を、ひとくち。", reopen=reopen))
    written, edited = bench.told(CopyRegenerated, variant.id)
    assert (written.reopen, edited.reason, edited.reopen) == (False, "edited", reopen)


async def test_consent_goes_with_restored_words(play, reopen):
    bench = play()
    variant = await bench.written()
    await bench.ask(EditCopy(asset_id=variant.id, headline="春を、ひとくち。", reopen=not reopen))
    await bench.ask(RestoreCopy(asset_id=variant.id, version=1, reopen=reopen))
    *_, edited, restored = bench.told(CopyRegenerated, variant.id)
    assert (edited.reopen, restored.reason, restored.reopen) == (not reopen, "restore", reopen)
