"""What the campaign service publishes and accepts."""

from typing import Any, ClassVar, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer
from pydantic.alias_generators import to_camel

from contracts.envelope import Command, Event
from contracts.values import BlobRef, BrandProfile, Brief, Colours, Fact, KitAsset, PreferredTerm, Register, Sha256


class BrandState(Fact):
    """A brand at one version; `sha256` is the hash of its profile's canonical JSON."""

    id: str
    version: int
    sha256: Sha256
    profile: BrandProfile


class BriefState(Fact):
    """A campaign's brief at one version; its piece id is the campaign's id."""

    version: int
    sha256: Sha256
    brief: Brief


class BrandCreated(Event):
    type: ClassVar[str] = "brand.created"

    brand: BrandState


class BrandUpdated(Event):
    type: ClassVar[str] = "brand.updated"

    brand: BrandState


class CampaignCreated(Event):
    """A campaign with its whole kit planned: one paid job per copy variant and generated image follows."""

    type: ClassVar[str] = "campaign.created"

    campaign_id: str
    name: str
    brand: BrandState
    brief: BriefState
    kit: tuple[KitAsset, ...]
    parent_campaign_id: str | None = None
    template_id: str | None = None


class CampaignUpdated(Event):
    """A campaign's brief changed, or its kit grew by `added`. `revision` rises with every such change.

    `reopen`: whoever added to the kit consents to what that does to an approval.
    """

    type: ClassVar[str] = "campaign.updated"

    campaign_id: str
    revision: int
    name: str
    brand_id: str
    brief: BriefState
    added: tuple[KitAsset, ...] = ()
    reopen: bool = False


class CampaignDeleted(Event):
    type: ClassVar[str] = "campaign.deleted"

    campaign_id: str


class CampaignReady(Event):
    """Every asset of the kit reached an end: `ready`, or `partially_failed` with the failed ones."""

    type: ClassVar[str] = "campaign.ready"

    campaign_id: str
    status: Literal["ready", "partially_failed"]
    failed_asset_ids: tuple[str, ...] = ()


class CreateBrand(Command):
    type: ClassVar[str] = "brand.create"
    queue: ClassVar[str] = "campaign.commands"

    profile: BrandProfile


class BrandChanges(Fact):
    """The fields of a brand to set; None leaves a field as it is, but a logo set to None is removed."""

    name: str | None = None
    default_register: Register | None = None
    tone_tags: tuple[str, ...] | None = None
    tone_description: str | None = None
    brand_values: tuple[str, ...] | None = None
    colours: Colours | None = None
    banned_terms: tuple[str, ...] | None = None
    preferred_terms: tuple[PreferredTerm, ...] | None = None
    logo: BlobRef | None = None

    @model_serializer(mode="wrap")
    def _only_what_was_set(self, dump: SerializerFunctionWrapHandler):  # A return type would replace the schema.
        unset = type(self).model_fields.keys() - self.model_fields_set
        absent = unset | {to_camel(name) for name in unset}
        return {name: value for name, value in dump(self).items() if name not in absent}


class UpdateBrand(Command):
    type: ClassVar[str] = "brand.update"
    queue: ClassVar[str] = "campaign.commands"

    brand_id: str
    changes: BrandChanges


class CreateCampaign(Command):
    type: ClassVar[str] = "campaign.create"
    queue: ClassVar[str] = "campaign.commands"

    name: str
    brand_id: str
    brief: Brief
    images: int = 2


class UpdateCampaign(Command):
    """Sets a campaign's name, a whole brief, or only the fields of the brief that `brief_changes` names."""

    type: ClassVar[str] = "campaign.update"
    queue: ClassVar[str] = "campaign.commands"

    campaign_id: str
    name: str | None = None
    brief: Brief | None = None
    brief_changes: dict[str, Any] = Field(default_factory=dict)


class DeleteCampaign(Command):
    type: ClassVar[str] = "campaign.delete"
    queue: ClassVar[str] = "campaign.commands"

    campaign_id: str


class AddPhoto(Command):
    """A person's own photo joins the campaign as a base image, with composites for every platform."""

    type: ClassVar[str] = "campaign.add_photo"
    queue: ClassVar[str] = "campaign.commands"

    campaign_id: str
    photo: BlobRef
    reopen: bool = False
