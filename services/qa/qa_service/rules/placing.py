"""Where a picture is to stand."""

from platforms.entries import Placement
from platforms.registry import UnknownEntryError, load_registry
from qa_service.domain import Picture


def placement_of(picture: Picture) -> Placement | None:
    """The registry's entry for a platform image; None for other pictures and for a place it no longer has."""
    try:
        return load_registry().placement(picture.placement) if picture.placement else None
    except UnknownEntryError:
        return None


def name_of(placement: Placement) -> str:
    """The placement as people write it."""
    return f"{load_registry().platform(placement.platform).label}（{placement.id}）"
