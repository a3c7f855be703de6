"""How something just made becomes an asset's current version, confirms it, or comes too late."""

from dataclasses import dataclass
from typing import Any

from assets import store
from assets.model import Asset, Made, Version
from chassis.errors import Conflict, Invalid, NotFound
from chassis.transaction import Transaction
from contracts.assets import AssetAccepted
from contracts.values import InputSet, Wanted
from lineage.staleness import input_hash, inputs_now

EQUAL_BYTES = "the same bytes came out"


@dataclass(frozen=True)
class Committed:
    """What became of it: the asset's version now, whether that is a new one, and the wanted settings after it."""

    version: int
    changed: bool
    wanted: Wanted


async def commit(tx: Transaction, asset: Asset, made: Made, wanted: Wanted, seq: int = 0) -> Committed:
    """Adds a version, or confirms the current one when the bytes are equal. The asset must be locked.

    The caller has made sure that nothing newer was applied; emits `asset.accepted` for equal bytes and leaves the
    event of a new version to the caller.
    """
    current = await store.version(tx.conn, asset.id, asset.version)
    after = wanted.model_copy(update={"revision": asset.wanted.revision + 1})
    await store.set_wanted(tx.conn, asset.id, after)
    if current is not None and current.sha256 == made.sha256:
        await store.set_version(tx.conn, asset.id, asset.version, seq)
        await confirm(tx, asset, current, made, after)
        return Committed(asset.version, changed=False, wanted=after)
    number = asset.version + 1
    context = tx.context
    await store.insert_version(
        tx.conn, asset.id, number, made, input_hash(made.inputs), context.causation_id, context.correlation_id, tx.actor
    )
    await store.set_version(tx.conn, asset.id, number, seq)
    return Committed(number, changed=True, wanted=after)


async def confirm(tx: Transaction, asset: Asset, current: Version, made: Made, wanted: Wanted) -> None:
    """Early cutoff: the current version is as good as new, and nothing downstream has to know."""
    await _confirm(tx, asset, current, made.inputs, wanted, EQUAL_BYTES, made.job_id)


async def accept(tx: Transaction, asset: Asset, reason: str, seen: str | None = None) -> None:
    """Marks the asset as fresh on a person's word. Raises Invalid when there is nothing to accept.

    `seen` is the hash of the inputs that the person looked at. Raises Conflict when today's are others.
    """
    current = await store.version(tx.conn, asset.id, asset.version)
    if current is None:
        raise Invalid("this asset was never made, so there is nothing to accept; regenerate it")
    known = await store.pieces(tx.conn, asset.wanted.upstream.values())
    now = inputs_now(asset.wanted, store.refs(known))
    if now is None:
        role, piece = min(one for one in asset.wanted.upstream.items() if one[1] not in known)
        raise Invalid(f"this asset cannot be accepted now: it rests on {role} {piece}, which is not there yet")
    if seen not in (None, input_hash(now)):
        raise Conflict("what this asset would be made from has changed since it was looked at; look at it again")
    await _confirm(tx, asset, current, now, asset.wanted, reason, None)


async def inputs_today(conn: Any, asset: Asset, wanted: Wanted | None = None) -> InputSet | None:
    """The input set the asset would be made from now; None while an upstream piece is not there yet."""
    chosen = wanted or asset.wanted
    known = await store.pieces(conn, chosen.upstream.values())
    return inputs_now(chosen, store.refs(known))


async def locked(tx: Transaction, asset_id: str) -> Asset:
    """The asset, locked. Raises NotFound when this team has none of that id."""
    asset = await store.lock(tx.conn, asset_id)
    if asset is None or asset.team_id != tx.team_id:
        raise NotFound(f"there is no asset {asset_id}")
    return asset


async def version_to_restore(tx: Transaction, asset: Asset, number: int) -> Version:
    """An earlier version. Raises NotFound, or Invalid when it is the current one."""
    version = await store.version(tx.conn, asset.id, number)
    if version is None:
        raise NotFound(f"asset {asset.id} has no version {number}; its newest is {asset.version}")
    if number == asset.version:
        raise Invalid(f"version {number} is the current one already")
    return version


def restored(earlier: Version, *, reopen: bool) -> Made:
    """An earlier version as it becomes a new one."""
    return Made(
        sha256=earlier.sha256,
        media_type=earlier.media_type,
        width=earlier.width,
        height=earlier.height,
        bytes=earlier.bytes,
        inputs=earlier.inputs,
        provider=earlier.provider,
        offline=earlier.offline,
        reason="restore",
        prompt=earlier.prompt,
        seed=earlier.seed,
        content=earlier.content,
        reopen=reopen,
    )


async def _confirm(
    tx: Transaction, asset: Asset, current: Version, inputs: InputSet, wanted: Wanted, reason: str, job_id: str | None
) -> None:
    assert asset.kind != "qa", "reports have no versions"
    digest, cause = input_hash(inputs), tx.context.causation_id
    await store.confirm(tx.conn, asset.id, current.version, inputs, digest, reason, cause, tx.actor)
    event = AssetAccepted(
        campaign_id=asset.campaign_id,
        asset_id=asset.id,
        kind=asset.kind,
        version=current.version,
        sha256=current.sha256,
        input_hash=digest,
        inputs=inputs,
        wanted=wanted,
        reason=reason,
        by=tx.actor,
        job_id=job_id,
    )
    tx.emit(event, subject=asset.id)
