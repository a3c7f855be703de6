"""Finished pictures as files, and which files a platform takes."""

from dataclasses import dataclass

MEDIA_TYPES = {"jpeg": "image/jpeg", "png": "image/png"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished file and its size in pixels."""

    data: bytes
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Placement:
    """What a platform accepts in one place: exact size in pixels, byte limit, formats by preference."""

    width: int
    height: int
    max_bytes: int
    formats: tuple[str, ...]
