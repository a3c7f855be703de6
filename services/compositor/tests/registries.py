"""The platform registry as a later release might state it."""

from platforms.registry import Registry, load_registry


def with_limit(placement_id: str, max_bytes: int) -> Registry:
    """Today's registry, but for one placement's byte limit."""
    today = load_registry()
    platform = today.platform(placement_id.partition(".")[0])
    placements = tuple(
        one.model_copy(update={"max_bytes": max_bytes}) if one.global_id == placement_id else one
        for one in platform.placements
    )
    changed = platform.model_copy(update={"placements": placements})
    return today.model_copy(update={"platforms": {**today.platforms, platform.name: changed}})
