"""Values that more than one service speaks about. Frozen, camelCase on the wire, unknown fields ignored."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

AssetKind = Literal["copy_variant", "image", "composited_image", "platform_image"]
JobKind = Literal["copy_variant", "image", "composited_image", "platform_image", "qa"]
"""What jobs make: assets, and reports on whole campaigns. A report's target is its campaign."""
PlatformName = Literal["instagram", "facebook", "x", "line", "yahoo_japan", "rakuten", "youtube", "tiktok"]
Register = Literal["casual", "standard", "formal"]
VariantLabel = Literal["A案", "B案", "C案", "D案"]
LayoutId = Literal[
    "auto",
    "band_bottom",
    "band_top",
    "left",
    "right",
    "bottom_left",
    "top_left",
    "centre",
    "bottom_right",
    "top_right",
    "vertical_right",
    "vertical_left",
]
VARIANT_LABELS: tuple[VariantLabel, ...] = ("A案", "B案", "C案", "D案")

HexColour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Fact(BaseModel):
    """Base of everything that crosses a service boundary."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)


class Colours(Fact):
    """A brand's colours as #rrggbb."""

    primary: HexColour
    accent: HexColour
    text: HexColour = "#1a1a1a"


class PreferredTerm(Fact):
    """表記ルール: write `use` wherever `instead_of` would stand."""

    use: str
    instead_of: str


class BlobRef(Fact):
    """Bytes in the blob store, by content hash."""

    sha256: Sha256
    media_type: str
    bytes: int
    width: int | None = None
    height: int | None = None


class BrandProfile(Fact):
    """What a brand looks and sounds like. One without a logo is written as it was before there were logos."""

    name: str
    default_register: Register = "standard"
    tone_tags: tuple[str, ...] = ()
    tone_description: str = ""
    brand_values: tuple[str, ...] = ()
    colours: Colours
    banned_terms: tuple[str, ...] = ()
    preferred_terms: tuple[PreferredTerm, ...] = ()
    logo: BlobRef | None = Field(default=None, exclude_if=lambda logo: logo is None)


class Brief(Fact):
    """What a campaign is for. `register_override` wins over the brand's default register."""

    objective: Literal["awareness", "consideration", "conversion", "retention"]
    product: str
    target_audience: str
    platforms: tuple[PlatformName, ...]
    mood_tags: tuple[str, ...] = ()
    creative_direction: str = ""
    register_override: Register | None = None
    language: str = "ja"
    trend_report_id: str | None = None


class CopyText(Fact):
    """One copy variant's words. Hashtags carry their leading '#'."""

    headline: str
    body: str
    cta: str
    hashtags: tuple[str, ...] = ()


class UpstreamRef(Fact):
    """One upstream piece as it was when an asset was made from it."""

    id: str
    version: int
    sha256: str


Parameter = str | int | bool | None


class InputSet(Fact):
    """Everything an asset version was made from: upstream pieces by role, and its own parameters. No floats."""

    upstream: dict[str, UpstreamRef] = Field(default_factory=dict)
    parameters: dict[str, Parameter] = Field(default_factory=dict)


class Wanted(Fact):
    """What an asset would be made from today: which pieces, by role, and which parameters.

    The owning service raises `revision` with every change, so an older word never replaces a newer one.
    """

    revision: int
    upstream: dict[str, str] = Field(default_factory=dict)
    parameters: dict[str, Parameter] = Field(default_factory=dict)


class Cause(Fact):
    """One difference between what an asset was made from and what it would be made from now."""

    upstream_id: str
    was: Parameter = None
    now: Parameter = None
    text: str


class KitAsset(Fact):
    """One asset that a campaign's kit consists of, with its upstream pieces by role."""

    id: str
    kind: AssetKind
    ordinal: int
    platform: PlatformName | None = None
    variant_label: VariantLabel | None = None
    placement: str | None = None
    upstream: dict[str, str] = Field(default_factory=dict)
    upload: BlobRef | None = None


class JobOptions(Fact):
    """How one regeneration differs from the last: keep the prompt as it is, or replace it."""

    preserve_prompt: bool = False
    custom_prompt: str | None = None
