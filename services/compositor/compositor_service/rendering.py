"""Bytes in, bytes out: renders composites and platform images off the event loop."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from assets.model import Asset, Made, Piece
from chassis.blobs import BlobMissing, BlobStore
from compositor_service.domain import inputs_of, layout_of, made_composite, made_size
from compositor_service.imaging.composite import Composite, render_composite
from compositor_service.imaging.decode import decode_rgb
from compositor_service.imaging.errors import PlacementRemoved, UnusableLogo
from compositor_service.imaging.focal import find_focal_point
from compositor_service.imaging.geometry import FocalPoint, SafeZone, Target
from compositor_service.imaging.platform_image import Placement, PlatformImageMaker
from compositor_service.typesetting.errors import RenderError
from contracts.produced import Reason
from contracts.values import BrandProfile, CopyText, InputSet
from platforms import entries
from platforms.registry import UnknownEntryError, load_registry

LOGO_MISSING = "ブランドのロゴの画像ファイルが見つかりません。ロゴを登録し直してから、この画像を再生成してください。"

PLACEMENT_REMOVED = (
    "「{}」は配信面の規格一覧から削除されたため、このサイズの画像は作成できません。作成済みの画像はそのまま残ります。"
)

P = ParamSpec("P")
R = TypeVar("R")


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


class Renderer:
    """Reads pieces from the blob store and puts renders back, with so many threads at work at once."""

    def __init__(self, blobs: BlobStore, concurrency: int) -> None:
        self._blobs = blobs
        self._slots = asyncio.Semaphore(concurrency)

    async def composite(self, task: RenderTask) -> RenderedAsset:
        """Raises RenderError when the inputs cannot be set as they are."""
        started = time.monotonic()
        base = await self._blobs.get(task.sources["image"].sha256)
        composite, focal = await self._in_thread(_render_composite, base, await self._logo(task), task)
        sha256 = await self._blobs.put(composite.data)
        made = made_composite(composite, sha256, task.inputs, task.sources, task.reason, (focal.x, focal.y))
        return RenderedAsset(task, made, _milliseconds(started))

    async def sizes(self, tasks: Sequence[RenderTask]) -> list[RenderedAsset | FailedRender]:
        """Platform images of one composite, decoded once; one that fails leaves the others as they are.

        Raises RenderError when the composite itself cannot be read.
        """
        started = time.monotonic()
        piece = tasks[0].sources["composite"]
        data = await self._blobs.get(piece.sha256)
        maker = await self._in_thread(PlatformImageMaker, data, _known_focal(piece))
        return await asyncio.gather(*(self._size(maker, task, started) for task in tasks))

    async def _in_thread(self, render: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        async with self._slots:
            return await asyncio.to_thread(render, *args, **kwargs)

    async def _logo(self, task: RenderTask) -> bytes | None:
        logo = BrandProfile.model_validate(task.sources["brand"].content).logo
        if logo is None:
            return None
        try:
            return await self._blobs.get(logo.sha256)
        except BlobMissing as error:
            raise UnusableLogo(LOGO_MISSING) from error

    async def _size(self, maker: PlatformImageMaker, task: RenderTask, started: float) -> RenderedAsset | FailedRender:
        try:
            rendered = await self._in_thread(maker.make, _placement(task.asset))
        except RenderError as error:
            return FailedRender(task, error)
        sha256 = await self._blobs.put(rendered.data)
        made = made_size(rendered, sha256, task.inputs, task.sources, task.reason)
        return RenderedAsset(task, made, _milliseconds(started))


def _render_composite(base: bytes, logo: bytes | None, task: RenderTask) -> tuple[Composite, FocalPoint]:
    piece = task.sources["image"]
    focal = _known_focal(piece) if piece.content.get("focalX") is not None else find_focal_point(decode_rgb(base))
    text = CopyText.model_validate(task.sources["copy"].content["text"])
    colours = BrandProfile.model_validate(task.sources["brand"].content).colours
    placements = load_registry().default_placements(task.asset.platform)
    targets = [_target(placement) for placement in placements]
    return render_composite(base, text, colours, layout_of(task.asset.wanted), targets, focal, logo), focal


def _known_focal(piece: Piece) -> FocalPoint:
    return FocalPoint(piece.content["focalX"], piece.content["focalY"])


def _target(placement: entries.Placement) -> Target:
    zone = placement.safe_zone
    return Target(placement.width, placement.height, SafeZone(zone.top, zone.bottom, zone.left, zone.right))


def _placement(asset: Asset) -> Placement:
    try:
        entry = load_registry().placement(asset.placement or "")
    except UnknownEntryError as error:
        raise PlacementRemoved(PLACEMENT_REMOVED.format(asset.placement)) from error
    formats = tuple(media_type.removeprefix("image/") for media_type in entry.formats)
    return Placement(entry.width, entry.height, entry.max_bytes, formats)


def _milliseconds(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
