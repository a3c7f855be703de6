"""The place of one job among all requests for its asset."""

from uuid import uuid4

import pytest

from assets import store
from assets.mirror import note_request
from assets.requests import MAX_SEED, newer_request, overtaken, seed_for, taken
from assets.versioning import commit
from chassis.errors import RetryLater
from contracts.jobs import JobRequested

TRUTH = [
    # newest, applied, job's → makes it pointless before it starts, makes its output late
    (1, 0, 1, None, None),
    (2, 0, 1, 2, None),
    (2, 2, 1, 2, 2),
    (2, 1, 2, None, None),
    (2, 2, 2, 2, 2),
    (1, 3, 2, 3, 3),
]


@pytest.mark.parametrize(("newest", "applied", "seq", "newer", "late"), TRUTH)
async def test_newer_requests_make_a_job_pointless_and_applied_ones_make_it_late(
    begin, asset, run_job, newest, applied, seq, newer, late
):
    async with begin() as tx:
        await tx.conn.execute(
            "UPDATE assets SET newest_seq = $2, applied_seq = $3 WHERE id = $1", asset.id, newest, applied
        )
        current = await taken(tx, run_job(asset, seq))
    assert (newer_request(current, run_job(asset, seq)), overtaken(current, run_job(asset, seq))) == (newer, late)


async def test_job_for_an_asset_not_known_yet_is_tried_later(begin, asset, run_job):
    job = run_job(asset, 1).model_copy(update={"target_id": str(uuid4())})
    async with begin() as tx:
        with pytest.raises(RetryLater):
            await taken(tx, job)


async def test_request_heard_of_drops_the_older_job_that_has_not_started(begin, asset, run_job):
    older, newer = run_job(asset, 1), run_job(asset, 2)
    async with begin() as tx:
        fields = newer.model_dump(include={"job_id", "campaign_id", "kind", "target_id", "seq", "requested_by"})
        await note_request(JobRequested(**fields, options=newer.options, cascade_id="c"), tx)
    async with begin() as tx:
        assert newer_request(await taken(tx, older), older) == 2
        assert newer_request(await taken(tx, newer), newer) is None


async def test_output_that_comes_after_a_newer_equal_one_is_late(begin, asset, run_job, picture):
    """The newer job confirmed the current bytes; the older one's different bytes must not replace them."""
    older = run_job(asset, 2)
    for seq in (1, 3):
        async with begin() as tx:
            current = await taken(tx, run_job(asset, seq))
            await commit(tx, current, picture(asset, "1" * 64), current.wanted, seq)
    async with begin() as tx:
        assert overtaken(await taken(tx, older), older) == 3


async def test_remembered_newest_request_never_goes_back(begin, asset):
    async with begin() as tx:
        assert [await store.note_seq(tx.conn, asset.id, seq) for seq in (3, 1, 4)] == [3, 3, 4]


def test_every_request_has_a_seed_of_its_own_and_the_same_when_run_again(asset, run_job):
    seeds = [seed_for(run_job(asset, seq)) for seq in range(1, 50)]
    assert len(set(seeds)) == 49
    assert seeds == [seed_for(run_job(asset, seq)) for seq in range(1, 50)]
    assert all(0 <= seed < MAX_SEED for seed in seeds)
