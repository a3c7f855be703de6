"""An asset, its versions, and what was just made for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.produced import Reason
from contracts.values import InputSet, JobKind, Parameter, UpstreamRef, Wanted


@dataclass(frozen=True)
class Asset:
    """One asset as it stands; version 0 means that none was ever made."""

    id: str
    team_id: str
    campaign_id: str
    kind: JobKind
    ordinal: int
    platform: Any
    variant_label: Any
    placement: str | None
    wanted: Wanted
    version: int
    newest_seq: int
    applied_seq: int
    pinned: bool
    pinned_revision: int
    edited_seq: int = 0
    """The newest request there was when a person last edited the settings."""


@dataclass(frozen=True)
class Version:
    """One immutable version of an asset; `content` is what only its own service understands."""

    asset_id: str
    version: int
    sha256: str
    media_type: str
    width: int | None
    height: int | None
    bytes: int | None
    input_hash: str
    inputs: InputSet
    content: dict[str, Any]
    prompt: str | None
    seed: int | None
    provider: str
    offline: bool
    job_id: str | None
    reason: Reason


@dataclass(frozen=True)
class Made:
    """Bytes that a generator, a renderer or a person made for an asset, with all that they were made from."""

    sha256: str
    media_type: str
    inputs: InputSet
    provider: str
    offline: bool
    reason: Reason
    width: int | None = None
    height: int | None = None
    bytes: int | None = None
    prompt: str | None = None
    seed: int | None = None
    job_id: str | None = None
    content: Mapping[str, Any] = field(default_factory=dict)
    reopen: bool = False
    """Whoever asked for it consents to what other bytes do to an approval."""

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters it was made with."""
        return self.inputs.parameters


@dataclass(frozen=True)
class Piece:
    """An upstream piece as this service last heard of it."""

    id: str
    version: int
    sha256: str
    content: dict[str, Any]


def recorded(sources: Mapping[str, Piece]) -> dict[str, UpstreamRef]:
    """Upstream pieces, by role, as an input set records them."""
    return {role: UpstreamRef(id=p.id, version=p.version, sha256=p.sha256) for role, p in sources.items()}
