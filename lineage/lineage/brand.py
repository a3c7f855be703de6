"""What a brand is to copy and images: a logo is set on composites, and nothing else is made from it."""

from contracts.values import BrandProfile
from lineage.canonical import content_hash


def without_logo(profile: BrandProfile) -> BrandProfile:
    """The part of a profile that copy and images are made from."""
    return profile.model_copy(update={"logo": None})


def sha256_without_logo(profile: BrandProfile) -> str:
    """Hash of that part; of a brand without a logo, the hash of the whole profile."""
    return content_hash(without_logo(profile))
