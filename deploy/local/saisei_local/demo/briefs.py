"""A person's brief file: a brand, and a campaign for it."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gateway import logos, photos
from gateway.pictures import BadPicture, Cleaned
from gateway.schemas.brands import BrandBody
from gateway.schemas.campaigns import BriefBody
from saisei_local.settings import SettingsError

SAMPLE = Path(__file__).parent / "sample_brief.yaml"


class CampaignSection(BaseModel):
    """What the file says of the campaign."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=200)]
    images: Annotated[int, Field(ge=1, le=8)] = 2
    brief: BriefBody


class BriefFile(BaseModel):
    """The whole file, held to the same rules as the API, so that a misspelt field is an error here too."""

    model_config = ConfigDict(extra="forbid")

    brand: BrandBody
    logo: Path | None = None
    campaign: CampaignSection

    def brand_body(self) -> dict[str, Any]:
        """As `POST /api/brands` takes it."""
        return self.brand.model_dump(mode="json", by_alias=True)

    def campaign_body(self, brand_id: str) -> dict[str, Any]:
        """As `POST /api/campaigns` takes it."""
        brief = self.campaign.brief.model_dump(mode="json", by_alias=True, exclude_none=True)
        return {"name": self.campaign.name, "images": self.campaign.images, "brandId": brand_id, "brief": brief}


def load_brief(path: Path) -> BriefFile:
    """Reads YAML or JSON; its logo's path is seen from the file. Raises SettingsError that names file and field."""
    try:
        brief = BriefFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is neither YAML nor JSON in UTF-8: {error}") from error
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, problem["loc"])) or "the file"
        raise SettingsError(f"{path}: {field}: {problem['msg']}. A whole example: {SAMPLE}") from error
    if brief.logo is None:
        return brief
    logo = path.parent / brief.logo
    if not logo.exists():
        told = f"the logo {brief.logo} is looked for at {logo.absolute()}, and nothing is there"
        raise SettingsError(f"{path}: {told}: put the picture there, or delete the `logo:` line")
    _check(logo, logos.clean)
    return brief.model_copy(update={"logo": logo})


def check_photo(path: Path) -> None:
    """Raises SettingsError when the gateway would not take this photo, before anything is made for it."""
    _check(path, photos.clean)


def _check(path: Path, clean: Callable[[bytes], Cleaned]) -> None:
    try:
        clean(path.read_bytes())
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from error
    except BadPicture as error:
        raise SettingsError(f"{path}: {error}") from error
