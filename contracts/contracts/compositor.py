"""What the compositor publishes and accepts."""

from typing import ClassVar, Literal
from uuid import UUID

from contracts.envelope import Command, Event
from contracts.produced import Invalidated, Produced
from contracts.values import JobOptions, Sha256, Wanted


class CompositeInvalidated(Invalidated):
    """A composite must be rendered, or waits while `held`; the compositor's own render queue reads this."""

    type: ClassVar[str] = "composite.invalidated"

    composite_id: str


class CompositeSettingsChanged(Event):
    """A composite would be set with other copy or another layout now; nothing was rendered yet."""

    type: ClassVar[str] = "composite.settings_changed"

    campaign_id: str
    asset_id: str
    wanted: Wanted


class BrandFollowed(Event):
    """Composites were reconsidered for a version of their brand: those up to the asset `last`, or all when it is None.

    Where some are left, the compositor reads this itself and goes on. `cause_id` is the message that told of the brand.
    """

    type: ClassVar[str] = "brand.followed"

    brand_id: str
    version: int
    last: str | None
    cause_id: UUID | None = None


class CascadesReleased(Event):
    """A campaign's cascades are held no longer; the compositor's own render queue cuts what became stale meanwhile."""

    type: ClassVar[str] = "cascades.released"

    campaign_id: str


class CompositeRendered(Produced):
    """A composite has a new version."""

    type: ClassVar[str] = "composite.rendered"

    layout: str
    contrast: int
    focal_x: int
    focal_y: int


class PlatformImageRendered(Produced):
    """A platform image has a new version."""

    type: ClassVar[str] = "platform_image.rendered"

    placement: str
    composite_id: str


class RenderFailed(Event):
    """A render of a composite or platform image failed for good; a person can ask for it as a job.

    `input_hash` names the inputs that failed, so the failure is forgotten as soon as the inputs differ.
    """

    type: ClassVar[str] = "render.failed"

    campaign_id: str
    asset_id: str
    kind: Literal["composited_image", "platform_image"]
    code: str
    message: str
    wanted: Wanted
    input_hash: Sha256 | None = None
    job_id: str | None = None


class EditComposite(Command):
    """Chooses another copy variant or layout for a composite; what is None stays."""

    type: ClassVar[str] = "compositor.edit"
    queue: ClassVar[str] = "compositor.commands"

    asset_id: str
    copy_variant_id: str | None = None
    layout: str | None = None
    reopen: bool = False


class RenderAssets(Command):
    """A person asks for composites or platform images to be rendered again, as free jobs."""

    type: ClassVar[str] = "compositor.render"
    queue: ClassVar[str] = "compositor.commands"

    campaign_id: str
    asset_ids: tuple[str, ...]
    options: JobOptions = JobOptions()
    reopen: bool = False


class RestoreRendered(Command):
    type: ClassVar[str] = "compositor.restore"
    queue: ClassVar[str] = "compositor.commands"

    asset_id: str
    version: int
    reopen: bool = False
