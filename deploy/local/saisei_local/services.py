"""The services of this installation: their names, topology and settings."""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
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
    "approval": "approval_service",
    "qa": "qa_service",
    "gateway": "gateway",
}
SERVICES = tuple(PACKAGES)


def topologies(names: Sequence[str] = SERVICES) -> "tuple[ServiceTopology, ...]":
    """Each service's `<package>.topology.TOPOLOGY`, from a module that imports nothing heavy."""
    return tuple(import_module(f"{PACKAGES[name]}.topology").TOPOLOGY for name in names)


def settings_models() -> "dict[str, type[ServiceSettings]]":
    """Each service's `<package>.settings.Settings`, from a module that imports nothing heavy, or what all have."""
    from chassis.settings import ServiceSettings

    own = {name: f"{package}.settings" for name, package in PACKAGES.items() if find_spec(f"{package}.settings")}
    return {name: import_module(own[name]).Settings if name in own else ServiceSettings for name in PACKAGES}
