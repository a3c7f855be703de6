"""What a campaign's kit consists of, and what a brief must say."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from pydantic import ValidationError

from campaign_service.errors import InvalidBrief
from contracts.campaign import BrandChanges
from contracts.values import VARIANT_LABELS, BlobRef, BrandProfile, Brief, KitAsset, PlatformName

ASSET_NAMESPACE = UUID("6f1e2f0a-5b0e-4c8a-9d0e-0d6a4a1c7b11")
MIN_IMAGES, MAX_IMAGES = 1, 8
MAX_BASE_IMAGES = 24

Placements = Callable[[PlatformName], Sequence[str]]


def asset_id(campaign_id: str, *parts: str | int) -> str:
    """The same campaign and part of the kit always have the same asset id."""
    return str(uuid5(ASSET_NAMESPACE, "/".join((campaign_id, *map(str, parts)))))


def plan_kit(
    campaign_id: str, brand_id: str, platforms: Sequence[PlatformName], images: int, placements: Placements
) -> tuple[KitAsset, ...]:
    """Every asset of a new campaign: copy variants, base images, composites and platform images."""
    sources = {"brief": campaign_id, "brand": brand_id}
    copies = list(_plan_copies(campaign_id, platforms, sources))
    rests_on_images = [
        planned
        for ordinal in range(1, images + 1)
        for planned in plan_image(campaign_id, brand_id, platforms, ordinal, placements)
    ]
    return (*copies, *rests_on_images)


def plan_image(
    campaign_id: str,
    brand_id: str,
    platforms: Sequence[PlatformName],
    ordinal: int,
    placements: Placements,
    photo: BlobRef | None = None,
) -> tuple[KitAsset, ...]:
    """One base image and all that rests on it. A person's own `photo` rests on neither brief nor brand."""
    image_id = asset_id(campaign_id, "image", ordinal)
    upstream = {} if photo else {"brief": campaign_id, "brand": brand_id}
    image = KitAsset(id=image_id, kind="image", ordinal=ordinal, upstream=upstream, upload=photo)
    composites = (_plan_composite(campaign_id, brand_id, image_id, ordinal, platform) for platform in platforms)
    return (image, *(planned for one in composites for planned in (one, *_plan_sizes(campaign_id, one, placements))))


def check_brief(brief: Brief, images: int) -> None:
    """Raises InvalidBrief in words a person can act on."""
    if not brief.product.strip() or not brief.target_audience.strip():
        raise InvalidBrief("a brief needs a product and a target audience")
    if not brief.platforms or len(set(brief.platforms)) != len(brief.platforms):
        raise InvalidBrief("a brief names at least one platform, each once")
    if not MIN_IMAGES <= images <= MAX_IMAGES:
        raise InvalidBrief(f"a campaign starts with {MIN_IMAGES} to {MAX_IMAGES} base images, not {images}")


def changed_profile(profile: BrandProfile, changes: BrandChanges) -> BrandProfile:
    """The profile with the fields set that the changes name; a logo that they name as None is removed."""
    told = {name: getattr(changes, name) for name in changes.model_fields_set}
    named = {name: value for name, value in told.items() if value is not None or name == "logo"}
    return profile.model_copy(update=named)


def changed_brief(brief: Brief, changes: Mapping[str, Any]) -> Brief:
    """The brief with the named fields set. Raises InvalidBrief that names the field at fault."""
    try:
        return Brief.model_validate(brief.model_dump() | dict(changes))
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        raise InvalidBrief(f"brief.{'.'.join(map(str, problem['loc']))}: {problem['msg']}") from error


def _plan_copies(campaign_id: str, platforms: Iterable[PlatformName], upstream: dict[str, str]) -> Iterable[KitAsset]:
    for platform in platforms:
        for ordinal, label in enumerate(VARIANT_LABELS, start=1):
            identity = asset_id(campaign_id, "copy", platform, label)
            yield KitAsset(
                id=identity,
                kind="copy_variant",
                ordinal=ordinal,
                platform=platform,
                variant_label=label,
                upstream=upstream,
            )


def _plan_composite(campaign_id: str, brand_id: str, image_id: str, ordinal: int, platform: PlatformName) -> KitAsset:
    variant = asset_id(campaign_id, "copy", platform, VARIANT_LABELS[0])
    return KitAsset(
        id=asset_id(campaign_id, "composite", ordinal, platform),
        kind="composited_image",
        ordinal=ordinal,
        platform=platform,
        upstream={"image": image_id, "copy": variant, "brand": brand_id},
    )


def _plan_sizes(campaign_id: str, composite: KitAsset, placements: Placements) -> Iterable[KitAsset]:
    assert composite.platform is not None
    for placement in placements(composite.platform):
        yield KitAsset(
            id=asset_id(campaign_id, "size", composite.ordinal, placement),
            kind="platform_image",
            ordinal=composite.ordinal,
            platform=composite.platform,
            placement=placement,
            upstream={"composite": composite.id},
        )
