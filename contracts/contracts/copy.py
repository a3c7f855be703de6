"""What the copy service publishes and accepts."""

from typing import ClassVar

from contracts.envelope import Command, Event
from contracts.produced import Produced
from contracts.values import CopyText, PlatformName, Register, VariantLabel, Wanted


class CopyRegenerated(Produced):
    """A copy variant has a new version; `sha256` is the hash of its words' canonical JSON."""

    type: ClassVar[str] = "copy.regenerated"

    platform: PlatformName
    variant_label: VariantLabel
    text: CopyText
    register_used: Register


class CopySettingsChanged(Event):
    """A copy variant would be written under other limits or by another prompt template now; nothing was written yet."""

    type: ClassVar[str] = "copy.settings_changed"

    campaign_id: str
    asset_id: str
    wanted: Wanted


class EditCopy(Command):
    """A person's own wording: a new version, origin `edited`, held to the platform's limits. Absent fields stay."""

    type: ClassVar[str] = "copy.edit"
    queue: ClassVar[str] = "copy.commands"

    asset_id: str
    headline: str | None = None
    body: str | None = None
    cta: str | None = None
    hashtags: tuple[str, ...] | None = None
    reopen: bool = False


class RestoreCopy(Command):
    type: ClassVar[str] = "copy.restore"
    queue: ClassVar[str] = "copy.commands"

    asset_id: str
    version: int
    reopen: bool = False
