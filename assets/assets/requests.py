"""The place of one job among all requests for its asset."""

import hashlib

from assets import store
from assets.model import Asset
from chassis.errors import RetryLater
from chassis.transaction import Transaction
from contracts.jobs import RunJob

MAX_SEED = 2**31 - 1


async def taken(tx: Transaction, job: RunJob) -> Asset:
    """The job's asset, locked, with this request noted. Raises RetryLater while the asset is not known here yet."""
    await store.note_seq(tx.conn, job.target_id, job.seq)
    asset = await store.lock(tx.conn, job.target_id)
    if asset is None:
        raise RetryLater(f"asset {job.target_id} is not known here yet")
    return asset


def newer_request(asset: Asset, job: RunJob) -> int | None:
    """The newer request that makes a job pointless before it started; None when it is the newest."""
    newest = max(asset.newest_seq, asset.applied_seq)
    return newest if newest > job.seq or asset.applied_seq == job.seq else None


def overtaken(asset: Asset, job: RunJob) -> int | None:
    """What was applied while the job ran and is as new or newer; None when the job's output may be applied."""
    return asset.applied_seq if asset.applied_seq >= job.seq else None


def seed_for(job: RunJob) -> int:
    """A new seed for every request, the same whenever that request is run again."""
    digest = hashlib.sha256(f"{job.target_id}/{job.seq}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % MAX_SEED
