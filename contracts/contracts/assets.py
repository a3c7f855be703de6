"""What any asset-owning service publishes and accepts about an asset's standing."""

from typing import ClassVar

from contracts.envelope import Command, Event
from contracts.values import AssetKind, InputSet, Sha256, Wanted


class AssetPinned(Event):
    """A pinned asset takes no part in cascades; `pinned` false takes the pin off."""

    type: ClassVar[str] = "asset.pinned"

    campaign_id: str
    asset_id: str
    kind: AssetKind
    pinned: bool
    revision: int


class AssetAccepted(Event):
    """Another input set confirms an asset's current version: a person accepted it, or equal bytes came out."""

    type: ClassVar[str] = "asset.accepted"

    campaign_id: str
    asset_id: str
    kind: AssetKind
    version: int
    sha256: Sha256
    input_hash: Sha256
    inputs: InputSet
    wanted: Wanted
    reason: str
    by: str
    job_id: str | None = None


class PinAsset(Command):
    """Sent to the owning service's command queue."""

    type: ClassVar[str] = "asset.pin"
    queue: ClassVar[str] = ""

    asset_id: str
    pinned: bool


class AcceptAsset(Command):
    """Marks an asset as fresh, with a reason; sent to the owning service's command queue.

    `input_hash` is that of the inputs which the person saw as today's; it is refused when they are others by now.
    """

    type: ClassVar[str] = "asset.accept"
    queue: ClassVar[str] = ""

    asset_id: str
    reason: str
    input_hash: Sha256 | None = None
