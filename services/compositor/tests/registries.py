"""The platform registry as a later release might state it."""

from collections.abc import Callable

from platforms.entries import Placement
from platforms.registry import Registry, load_registry


def with_limit(placement_id: str, max_bytes: int) -> Registry:
    """Today's registry, but for one placement's byte limit."""
    return _changed(placement_id, lambda placement: placement.model_copy(update={"max_bytes": max_bytes}))


def without(placement_id: str) -> Registry:
    """Today's registry, but for one placement."""
    return _changed(placement_id, lambda _placement: None)


def _changed(placement_id: str, change: Callable[[Placement], Placement | None]) -> Registry:
    today = load_registry()
    platform = today.platform(placement_id.partition(".")[0])
    changed = (change(one) if one.global_id == placement_id else one for one in platform.placements)
    kept = platform.model_copy(update={"placements": tuple(one for one in changed if one is not None)})
    return today.model_copy(update={"platforms": {**today.platforms, platform.name: kept}})
