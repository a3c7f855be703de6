"""What the image service publishes and accepts."""

from typing import ClassVar, Literal

from contracts.envelope import Command, Event
from contracts.produced import Produced
from contracts.values import BlobRef, Wanted

PromptOrigin = Literal["derived", "edited", "upload"]


class ImageRegenerated(Produced):
    """A base image has a new version. The focal point is in thousandths of width and height, None if not known."""

    type: ClassVar[str] = "image.regenerated"

    focal_x: int | None = None
    focal_y: int | None = None
    prompt_origin: PromptOrigin


class ImagePromptChanged(Event):
    """An image would be made from another prompt now; nothing was generated. `prompt` None means derived again."""

    type: ClassVar[str] = "image.prompt_changed"

    campaign_id: str
    asset_id: str
    prompt: str | None
    origin: PromptOrigin
    wanted: Wanted


class EditImagePrompt(Command):
    """Sets an image's prompt; `prompt` None goes back to the one derived from brief and brand."""

    type: ClassVar[str] = "image.edit_prompt"
    queue: ClassVar[str] = "image.commands"

    asset_id: str
    prompt: str | None


class UploadImage(Command):
    """A person's own photo becomes the next version of an existing base image."""

    type: ClassVar[str] = "image.upload"
    queue: ClassVar[str] = "image.commands"

    asset_id: str
    photo: BlobRef
    reopen: bool = False


class RestoreImage(Command):
    type: ClassVar[str] = "image.restore"
    queue: ClassVar[str] = "image.commands"

    asset_id: str
    version: int
    reopen: bool = False


class NoteRunEnded(Command):
    """The provider says by itself that a run has ended: a hint to ask it at once, never the truth about the run.

    `status` is the provider's own word, `webhook_id` the id of what it sent. Comes for every team: see `EVERY_TEAM`.
    """

    type: ClassVar[str] = "image.note_run_ended"
    queue: ClassVar[str] = "image.commands"

    provider_id: str
    status: str
    webhook_id: str
