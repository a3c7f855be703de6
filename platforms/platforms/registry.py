"""The registry of platform limits, read from the package's own YAML files."""

import hashlib
import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml
from pydantic import ValidationError

from platforms.entries import Placement, Platform, Strict


class RegistryError(Exception):
    """The registry's data is wrong; the message names the file and the field."""


class UnknownEntryError(LookupError):
    """The registry has no such platform or placement."""


class Registry(Strict):
    """All platforms by name."""

    platforms: dict[str, Platform]

    def platform(self, name: str) -> Platform:
        """One platform; raises UnknownEntryError."""
        try:
            return self.platforms[name]
        except KeyError:
            raise UnknownEntryError(f"no platform {name!r}; known: {', '.join(sorted(self.platforms))}") from None

    def placement(self, placement_id: str) -> Placement:
        """One placement by its global id, such as `instagram.story`; raises UnknownEntryError."""
        for placement in self.platform(placement_id.partition(".")[0]).placements:
            if placement.global_id == placement_id:
                return placement
        raise UnknownEntryError(f"no placement {placement_id!r}")

    def default_placements(self, platform: str) -> tuple[Placement, ...]:
        """The placements a campaign's kit makes for a platform, in the order of its data file."""
        return tuple(p for p in self.platform(platform).placements if p.default)


@cache
def load_registry() -> Registry:
    """The registry that is shipped with this package; raises RegistryError."""
    return read_registry(files("platforms") / "data")


def read_registry(folder: Traversable) -> Registry:
    """Read and validate every `<platform>.yaml` of a folder; raises RegistryError."""
    sources = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    if not sources:
        raise RegistryError(f"{folder}: no .yaml file here")
    return Registry(platforms={p.name: p for p in map(_read_platform, sources)})


def _read_platform(source: Traversable) -> Platform:
    try:
        platform = Platform.model_validate(yaml.safe_load(source.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise RegistryError(f"{source.name}: not YAML: {error}") from error
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors())
        raise RegistryError(f"{source.name}: {'; '.join(faults)}") from error
    if source.name != f"{platform.name}.yaml":
        raise RegistryError(f"{source.name}: name: {platform.name!r} belongs in {platform.name}.yaml")
    return platform


def entry_sha256(entry: Placement | Platform) -> str:
    """SHA-256 of what an entry makes of our work: a placement's image, or a platform's text rules.

    Sources, dates and notes take no part, so checking a figure again makes nothing stale.
    """
    matter = _image_matter(entry) if isinstance(entry, Placement) else _text_matter(entry)
    canonical = json.dumps(matter, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _image_matter(placement: Placement) -> dict[str, Any]:
    return placement.model_dump(mode="json", include={"width", "height", "max_bytes", "formats", "safe_zone"})


def _text_matter(platform: Platform) -> dict[str, Any]:
    rule_fields = {"field", "parts", "links", "max", "counting"}
    rules = [rule.model_dump(mode="json", include=rule_fields) for rule in platform.text if rule.parts]
    bans = [ban.model_dump(mode="json", include={"parts", "banned"}) for ban in platform.bans]
    return {
        "text": sorted(rules, key=lambda rule: rule["field"]),
        "hashtags": None if platform.hashtags is None else platform.hashtags.max_count,
        "bans": bans,
    }
