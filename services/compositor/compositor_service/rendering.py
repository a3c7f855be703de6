"""Renders in the service's eyes: pieces in, versions out. The work itself is done in another process (`renders.py`)."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel

from assets.model import Asset, Made, Piece
from chassis.blobs import BlobMissing, BlobStore
from chassis.child_calls import Refused
from compositor_service.domain import inputs_of, layout_of, made_composite, made_size
from compositor_service.imaging.errors import PlacementRemoved, UnusableLogo
from compositor_service.imaging.files import Placement, Rendered
from compositor_service.imaging.geometry import FocalPoint, SafeZone, Target
from compositor_service.orders import CompositeMade, CompositeOrder, Refusal, SizesMade, SizesOrder
from compositor_service.typesetting.errors import RenderError
from contracts.produced import Reason
from contracts.values import BrandProfile, CopyText, InputSet
from platforms import entries
from platforms.registry import UnknownEntryError, load_registry

LOGO_MISSING = "ブランドのロゴの画像ファイルが見つかりません。ロゴを登録し直してから、この画像を再生成してください。"

PLACEMENT_REMOVED = (
    "「{}」は配信面の規格一覧から削除されたため、このサイズの画像は作成できません。作成済みの画像はそのまま残ります。"
)


@dataclass(frozen=True)
class RenderTask:
    """One asset to render, and the pieces it rests on by role.

    `reopen`: whoever caused it consents to what other bytes do to an approval.
    """

    asset: Asset
    sources: dict[str, Piece]
    reason: Reason
    reopen: bool = False

    @property
    def inputs(self) -> InputSet:
        """What the render will rest on."""
        return inputs_of(self.sources, self.asset.wanted)


@dataclass(frozen=True)
class RenderedAsset:
    """A finished render, its bytes safe in the blob store."""

    task: RenderTask
    made: Made
    duration_ms: int


@dataclass(frozen=True)
class FailedRender:
    """A render that came to nothing, and why."""

    task: RenderTask
    error: RenderError


class Caller(Protocol):
    """Whoever renders: the process of `renders.py`."""

    async def call(self, name: str, *parts: bytes) -> list[bytes]:
        """Raises Refused when the same order would fail again."""
        ...


class Renderer:
    """Reads pieces from the blob store, has them rendered, and puts the renders back."""

    def __init__(self, blobs: BlobStore, renders: Caller) -> None:
        self._blobs = blobs
        self._renders = renders

    async def composite(self, task: RenderTask) -> RenderedAsset:
        """Raises RenderError when the inputs cannot be set as they are."""
        started = time.monotonic()
        pictures = [await self._blobs.get(task.sources["image"].sha256), *await self._logo(task)]
        outcome, data = await self._made("composite", _composite_order(task), *pictures)
        composite = CompositeMade.model_validate_json(outcome)
        rendered = Rendered(data, composite.media_type, composite.width, composite.height)
        sha256 = await self._blobs.put(data)
        made = made_composite(rendered, composite, sha256, task.inputs, task.sources, task.reason)
        return RenderedAsset(task, made, _milliseconds(started))

    async def sizes(self, tasks: Sequence[RenderTask]) -> list[RenderedAsset | FailedRender]:
        """Platform images of one composite, decoded once; one that fails leaves the others as they are.

        Raises RenderError when the composite itself cannot be read.
        """
        started = time.monotonic()
        placements = [_placement(task.asset) for task in tasks]
        known = [one for one in placements if isinstance(one, Placement)]
        cut = iter(await self._cut(tasks[0].sources["composite"], known))
        outcomes = [next(cut) if isinstance(one, Placement) else one for one in placements]
        kept = (self._size(task, one, started) for task, one in zip(tasks, outcomes, strict=True))
        return await asyncio.gather(*kept)

    async def _cut(self, piece: Piece, placements: Sequence[Placement]) -> list[Rendered | RenderError]:
        order = SizesOrder(focal=_focal(piece), placements=tuple(placements))
        outcome, *files = await self._made("sizes", order, await self._blobs.get(piece.sha256))
        data = iter(files)
        return [
            _error(one.code, one.message)
            if isinstance(one, Refusal)
            else Rendered(next(data), one.media_type, one.width, one.height)
            for one in SizesMade.model_validate_json(outcome).outcomes
        ]

    async def _made(self, name: str, order: BaseModel, *pictures: bytes) -> list[bytes]:
        try:
            return await self._renders.call(name, order.model_dump_json().encode(), *pictures)
        except Refused as refusal:
            raise _error(refusal.code, str(refusal)) from refusal

    async def _logo(self, task: RenderTask) -> list[bytes]:
        logo = BrandProfile.model_validate(task.sources["brand"].content).logo
        if logo is None:
            return []
        try:
            return [await self._blobs.get(logo.sha256)]
        except BlobMissing as error:
            raise UnusableLogo(LOGO_MISSING) from error

    async def _size(
        self, task: RenderTask, outcome: Rendered | RenderError, started: float
    ) -> RenderedAsset | FailedRender:
        if isinstance(outcome, RenderError):
            return FailedRender(task, outcome)
        sha256 = await self._blobs.put(outcome.data)
        made = made_size(outcome, sha256, task.inputs, task.sources, task.reason)
        return RenderedAsset(task, made, _milliseconds(started))


def _composite_order(task: RenderTask) -> CompositeOrder:
    piece = task.sources["image"]
    placements = load_registry().default_placements(task.asset.platform)
    return CompositeOrder(
        copy_text=CopyText.model_validate(task.sources["copy"].content["text"]),
        colours=BrandProfile.model_validate(task.sources["brand"].content).colours,
        layout=layout_of(task.asset.wanted),
        targets=tuple(_target(placement) for placement in placements),
        focal=_focal(piece) if piece.content.get("focalX") is not None else None,
    )


def _error(code: str, message: str) -> RenderError:
    error = RenderError(message)
    error.code = code
    return error


def _focal(piece: Piece) -> FocalPoint:
    return FocalPoint(piece.content["focalX"], piece.content["focalY"])


def _target(placement: entries.Placement) -> Target:
    zone = placement.safe_zone
    return Target(placement.width, placement.height, SafeZone(zone.top, zone.bottom, zone.left, zone.right))


def _placement(asset: Asset) -> Placement | PlacementRemoved:
    try:
        entry = load_registry().placement(asset.placement or "")
    except UnknownEntryError:
        return PlacementRemoved(PLACEMENT_REMOVED.format(asset.placement))
    formats = tuple(media_type.removeprefix("image/") for media_type in entry.formats)
    return Placement(entry.width, entry.height, entry.max_bytes, formats)


def _milliseconds(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
