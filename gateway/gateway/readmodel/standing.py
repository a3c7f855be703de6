"""How each asset of a campaign stands right now. Staleness is computed here, from recorded inputs; it is not stored."""

from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from contracts.values import AssetKind, Cause, InputSet, UpstreamRef, Wanted
from gateway.projection.state import AssetState, JobMark, VersionState
from gateway.schemas.assets import AssetStatus
from lineage.manifest import manifest_hash
from lineage.staleness import causes, input_hash, inputs_now, is_stale

PAID: frozenset[AssetKind] = frozenset(("copy_variant", "image"))


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an asset failed."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One asset as it stands. `owed` is free or first work that follows by itself and has not been done yet.

    `now_hash` is that of the inputs as they are now, without the pieces that do not exist yet.
    """

    asset: AssetState
    status: AssetStatus
    stale: bool
    now_hash: str | None
    owed: bool
    pending_upstream: bool
    causes: tuple[Cause, ...]
    error: Problem | None
    job_id: str | None

    @property
    def settled(self) -> bool:
        """True when whatever rests on this asset may trust it."""
        return self.status in ("ready", "failed") and self.asset.current is not None and not self.stale


def upstream_of(asset: AssetState) -> dict[str, str]:
    """Ids of the pieces that an asset rests on, by role."""
    return asset.wanted.upstream if asset.wanted else asset.planned_upstream


def in_words(asset: AssetState) -> str:
    """An asset as a person knows it, such as `composited image 2 for instagram`."""
    name = asset.variant_label if asset.kind == "copy_variant" else asset.ordinal
    kind = asset.kind.replace("_", " ")
    return " ".join([kind, *([str(name)] if name else []), *([f"for {asset.platform}"] if asset.platform else [])])


def newest_job(asset: AssetState) -> tuple[str, JobMark] | None:
    """The newest request for an asset; one whose place in the ledger is not known yet counts as newest."""
    return max(asset.jobs.items(), key=lambda item: (item[1].seq is None, item[1].seq or 0, item[0]), default=None)


class Kit:
    """A campaign's assets together with the pieces they rest on; `paid_see` is where paid kinds see another part.

    `pinned` is the manifest that people decide about or have approved. As long as it is the kit's own, nothing follows
    a change by itself; once other bytes are there, the workflow is about to go back to draft.
    """

    def __init__(
        self,
        assets: Iterable[AssetState],
        pieces: Mapping[str, UpstreamRef],
        paid_see: Mapping[str, UpstreamRef] | None = None,
        *,
        pinned: str | None = None,
    ) -> None:
        self.assets = {asset.id: asset for asset in assets}
        self._pieces = dict(pieces)
        self._paid_see = dict(paid_see or {})
        self._pinned = pinned
        for asset_id, current in self.made.items():
            self._pieces[asset_id] = UpstreamRef(id=asset_id, version=current.version, sha256=current.sha256)
        self._standings: dict[str, Standing] = {}

    @cached_property
    def made(self) -> dict[str, VersionState]:
        """The current versions, by asset."""
        return {asset.id: asset.current for asset in self.assets.values() if asset.current is not None}

    @cached_property
    def manifest(self) -> str:
        """The hash of all that the kit consists of."""
        return manifest_hash({asset_id: current.sha256 for asset_id, current in self.made.items()})

    @property
    def held(self) -> bool:
        """True while nothing renders by itself."""
        return self._pinned is not None and self._pinned == self.manifest

    def standings(self) -> list[Standing]:
        """Every asset as it stands, in the kit's order."""
        order = ("copy_variant", "image", "composited_image", "platform_image")
        assets = sorted(
            self.assets.values(),
            key=lambda one: (order.index(one.kind), one.ordinal or 0, one.platform or "", one.placement or "", one.id),
        )
        return [self.standing(asset.id) for asset in assets]

    def standing(self, asset_id: str) -> Standing:
        """One asset as it stands."""
        if asset_id not in self._standings:
            self._standings[asset_id] = self._compute(self.assets[asset_id])
        return self._standings[asset_id]

    def downstream(self, asset_id: str) -> list[AssetState]:
        """The assets that rest on this one directly."""
        return [asset for asset in self.assets.values() if asset_id in upstream_of(asset).values()]

    def _compute(self, asset: AssetState) -> Standing:
        now = self._inputs_now(asset.wanted, asset.kind)
        now_hash = input_hash(now) if now else None
        stale = asset.current is not None and is_stale(asset.confirmed.get(asset.current.version, ()), now_hash)
        above = [self.standing(piece) for piece in upstream_of(asset).values() if piece in self.assets]
        newest = newest_job(asset)
        status, owed = self._status(asset, stale, now_hash, above)
        return Standing(
            asset=asset,
            status=status,
            stale=stale,
            now_hash=now_hash,
            owed=owed,
            pending_upstream=any(not one.settled or one.pending_upstream for one in above),
            causes=causes(asset.current.inputs, now, self._names) if stale and asset.current and now else (),
            error=_error(asset, newest) if status == "failed" else None,
            job_id=_job_id(asset, newest),
        )

    @cached_property
    def _names(self) -> dict[str, str]:
        """What people call the pieces: whatever is no asset is the one brief or brand of the campaign."""
        roles = {piece: role for asset in self.assets.values() for role, piece in upstream_of(asset).items()}
        return roles | {asset.id: in_words(asset) for asset in self.assets.values()}

    def _inputs_now(self, wanted: Wanted | None, kind: AssetKind) -> InputSet | None:
        """The inputs as they are now, without the pieces that do not exist yet."""
        if wanted is None:
            return None
        pieces = ChainMap(self._paid_see, self._pieces) if kind in PAID else self._pieces
        whole = inputs_now(wanted, pieces)
        if whole is not None:
            return whole
        there = {role: pieces[piece] for role, piece in wanted.upstream.items() if piece in pieces}
        return InputSet(upstream=there, parameters=wanted.parameters)

    def _status(
        self, asset: AssetState, stale: bool, now_hash: str | None, above: list[Standing]
    ) -> tuple[AssetStatus, bool]:
        if any(mark.active for mark in asset.jobs.values()):
            return "pending", False
        if asset.kind in PAID:
            return _paid_status(asset)
        return _free_status(asset, stale, now_hash, above, campaign_held=self.held)


def _job_id(asset: AssetState, newest: tuple[str, JobMark] | None) -> str | None:
    """The job under way or failed since the current version was made, else the one that made it."""
    if newest is None or asset.current is None:
        return newest[0] if newest else None
    mark = newest[1]
    is_news = mark.active or (mark.status == "FAILED" and _still_stands(asset, mark))
    return newest[0] if is_news else asset.current.job_id


def _paid_status(asset: AssetState) -> tuple[AssetStatus, bool]:
    newest = newest_job(asset)
    if newest is None or newest[1].status in ("SUPERSEDED", "COMPLETED"):
        # Without a version yet, the request or the output is on its way here.
        return ("ready", False) if asset.current else ("pending", True)
    if newest[1].status == "FAILED" and _still_stands(asset, newest[1]):
        return "failed", False
    return ("ready" if asset.current else "missing"), False


def _free_status(
    asset: AssetState, stale: bool, now_hash: str | None, above: list[Standing], *, campaign_held: bool
) -> tuple[AssetStatus, bool]:
    if asset.current is not None and not stale:
        return "ready", False
    if _failed_with(asset, now_hash):
        return "failed", False
    blocked = any(one.asset.current is None and one.status != "pending" for one in above)
    if asset.current is None:
        return ("missing", False) if blocked else ("pending", True)
    waits = asset.pinned or (campaign_held and not _renders_anyway(asset, asset.current))
    return ("ready", False) if waits or blocked else ("pending", True)


def _renders_anyway(asset: AssetState, current: VersionState) -> bool:
    """True when somebody has consented to what the render that is owed does to an approval."""
    return asset.hold is not None and asset.hold.reopen and asset.hold.version == current.version


def _still_stands(asset: AssetState, failed: JobMark) -> bool:
    """A failure is over once a newer version exists; both times are the owning service's own."""
    return asset.current is None or failed.ended_at is None or asset.current.at <= failed.ended_at


def _failed_with(asset: AssetState, now_hash: str | None) -> bool:
    failure = asset.failure
    if failure is None:
        return False
    if failure.input_hash is not None:
        return failure.input_hash == now_hash
    is_newest = asset.current is None or asset.current.at < failure.at
    return is_newest and (asset.wanted is None or failure.revision >= asset.wanted.revision)


def _error(asset: AssetState, newest: tuple[str, JobMark] | None) -> Problem:
    if asset.kind not in PAID and asset.failure is not None:
        return Problem(asset.failure.code, asset.failure.message)
    mark = newest[1] if newest else None
    return Problem((mark and mark.code) or "FAILED", (mark and mark.message) or "the last job failed")
