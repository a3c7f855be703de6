"""What the service asks of the process that renders, and what it hears beside the files; JSON between the two."""

from pydantic import BaseModel

from compositor_service.imaging.files import Placement
from compositor_service.imaging.geometry import Box, FocalPoint, Target
from contracts.values import Colours, CopyText

CALLS_PER_THREAD = 2
"""A cascade's queue and the one of jobs each have as many deliveries at work as there are threads."""


class CompositeOrder(BaseModel, frozen=True):
    """One composite to set; without a focal point it is looked for. Base image and logo, if any, go beside it."""

    copy_text: CopyText
    colours: Colours
    layout: str
    targets: tuple[Target, ...]
    focal: FocalPoint | None


class Picture(BaseModel, frozen=True):
    """What is to be said of a finished file; sizes in pixels."""

    media_type: str
    width: int
    height: int


class CompositeMade(Picture, frozen=True):
    """What was measured on a composite besides; the contrast is in hundredths."""

    layout: str
    contrast: int
    lines: tuple[str, ...]
    logo_box: Box | None
    focal: FocalPoint


class SizesOrder(BaseModel, frozen=True):
    """Platform images to cut out of one composite with its own focal point."""

    focal: FocalPoint
    placements: tuple[Placement, ...]


class Refusal(BaseModel, frozen=True):
    """Why one of them could not be made."""

    code: str
    message: str


class SizesMade(BaseModel, frozen=True):
    """One outcome for each placement, in order; the files are those of the pictures among them."""

    outcomes: tuple[Picture | Refusal, ...]
