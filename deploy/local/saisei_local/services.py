"""The services of this installation: their names, topology and settings."""

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chassis.settings import ServiceSettings
    from chassis.topology import ServiceTopology

PACKAGES = {
    "campaign": "campaign_service",
    "copy": "copy_service",
    "image": "image_service",
    "compositor": "compositor_service",
    "jobs": "jobs_service",
    "gateway": "gateway",
}
SERVICES = tuple(PACKAGES)


def topologies(names: Sequence[str] = SERVICES) -> "tuple[ServiceTopology, ...]":
    """Each service's `<package>.topology.TOPOLOGY`, from a module that imports nothing heavy."""
    return tuple(import_module(f"{PACKAGES[name]}.topology").TOPOLOGY for name in names)


def settings_models() -> "dict[str, type[ServiceSettings]]":
    """Each service's `<package>.app.Settings`; imports the services whole."""
    return {name: import_module(f"{package}.app").Settings for name, package in PACKAGES.items()}
