"""What composites and platform images are made from."""

from collections.abc import Mapping, Sequence

from assets.model import Asset, Made, Piece, recorded
from compositor_service.imaging.files import Rendered
from compositor_service.imaging.layouts import DEFAULT_LAYOUT
from compositor_service.imaging.renderer import RENDERER
from compositor_service.orders import CompositeMade
from contracts.produced import Reason
from contracts.values import InputSet, KitAsset, Parameter, Wanted
from lineage.canonical import content_hash
from platforms.entries import Placement
from platforms.registry import Registry, UnknownEntryError, entry_sha256

PROVIDER = "compositor"


def composite_parameters(layout: str, placements: Sequence[Placement]) -> dict[str, Parameter]:
    """A composite's own inputs; `entry` stands for every placement that will be cut out of it."""
    entry = content_hash([entry_sha256(placement) for placement in placements])
    return {"layout": layout, "entry": entry, "renderer": RENDERER}


def size_parameters(placement_id: str, registry: Registry) -> dict[str, Parameter]:
    """A platform image's own inputs; `entry` stands for what the registry says of its placement, if it has it."""
    try:
        entry = entry_sha256(registry.placement(placement_id))
    except UnknownEntryError:
        entry = None
    return {"placement": placement_id, "entry": entry, "renderer": RENDERER}


def first_wanted(planned: KitAsset, parameters: dict[str, Parameter]) -> Wanted:
    """A planned asset's settings."""
    return Wanted(revision=0, upstream=planned.upstream, parameters=parameters)


def edited_wanted(wanted: Wanted, copy_variant_id: str | None, layout: str | None) -> Wanted:
    """The settings with another copy variant or layout."""
    upstream = wanted.upstream | ({"copy": copy_variant_id} if copy_variant_id else {})
    parameters = wanted.parameters | ({"layout": layout} if layout else {})
    return Wanted(revision=wanted.revision + 1, upstream=upstream, parameters=parameters)


def upgraded_wanted(wanted: Wanted, parameters: Mapping[str, Parameter]) -> Wanted:
    """The settings with today's renderer and registry entry."""
    return wanted.model_copy(
        update={"revision": wanted.revision + 1, "parameters": {**wanted.parameters, **parameters}}
    )


def layout_of(wanted: Wanted) -> str:
    """The chosen layout."""
    return str(wanted.parameters.get("layout") or DEFAULT_LAYOUT)


def is_offline(sources: Mapping[str, Piece]) -> bool:
    """True when anything it is made from came from an offline twin: then it says so too."""
    return any(piece.content.get("offline", False) for piece in sources.values())


def made_composite(
    rendered: Rendered,
    composite: CompositeMade,
    sha256: str,
    inputs: InputSet,
    sources: Mapping[str, Piece],
    reason: Reason,
) -> Made:
    """A rendered composite as it becomes a version."""
    content = {
        "layout": composite.layout,
        "contrast": composite.contrast,
        "focalX": composite.focal.x,
        "focalY": composite.focal.y,
        "lines": list(composite.lines),
        "logoBox": list(composite.logo_box.as_tuple()) if composite.logo_box else None,
    }
    return _made(rendered, sha256, inputs, is_offline(sources), reason, content)


def made_size(rendered: Rendered, sha256: str, inputs: InputSet, sources: Mapping[str, Piece], reason: Reason) -> Made:
    """A platform image as it becomes a version."""
    return _made(rendered, sha256, inputs, is_offline(sources), reason, {})


def piece_of(asset: Asset, version: int, made: Made) -> Piece:
    """A composite as the piece that platform images rest on."""
    focal = {name: made.content[name] for name in ("focalX", "focalY")}
    return Piece(asset.id, version, made.sha256, {**focal, "offline": made.offline})


def inputs_of(sources: Mapping[str, Piece], wanted: Wanted) -> InputSet:
    """All that a render rests on."""
    return InputSet(upstream=recorded(sources), parameters=wanted.parameters)


def _made(
    rendered: Rendered, sha256: str, inputs: InputSet, offline: bool, reason: Reason, content: dict[str, object]
) -> Made:
    return Made(
        sha256=sha256,
        media_type=rendered.media_type,
        width=rendered.width,
        height=rendered.height,
        bytes=len(rendered.data),
        inputs=inputs,
        provider=PROVIDER,
        offline=offline,
        reason=reason,
        content=content,
    )
