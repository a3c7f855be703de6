"""What a regeneration would start from, as one hash: a failed job may be asked for again only when it changed."""

from contracts.values import JobOptions
from lineage.canonical import content_hash


def request_basis(brief_sha256: str, brand_sha256: str, prompt: str | None) -> str:
    """Hash of brief, brand and the asset's own edited prompt (None when it is derived or has none)."""
    return content_hash({"brief": brief_sha256, "brand": brand_sha256, "prompt": prompt})


def review_basis(manifest: str, brand_version: int) -> str:
    """Hash of what a paid review of a kit would start from: what it consists of, and the brand it is held to."""
    return content_hash({"manifest": manifest, "brandVersion": brand_version})


def same_request(basis: str, options: JobOptions, other_basis: str, other_options: JobOptions) -> bool:
    """True when two requests would ask a generator for the very same thing."""
    return basis == other_basis and options == other_options
