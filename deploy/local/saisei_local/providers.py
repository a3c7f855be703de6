"""Who writes the copy and makes the pictures, by this shell's settings. Nobody is asked, and no key is shown."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from assets.settings import chosen_model
from chassis.settings import load

if TYPE_CHECKING:
    from contracts.jobs import GeneratorAnnounced


async def copy_provider(environment: Mapping[str, str]) -> str:
    """Who writes. Raises chassis.errors.SettingsError when the settings would not let the service start."""
    from copy_service import app

    writer = app.copywriter(load(app.Settings, "copy", environment))
    try:
        return _described(app.announcement(writer), "Anthropic", "ANTHROPIC_API_KEY")
    finally:
        await writer.aclose()


async def image_provider(environment: Mapping[str, str]) -> str:
    """Who makes the pictures. Raises chassis.errors.SettingsError when the settings would not let the service start."""
    from image_service import app

    settings = load(app.Settings, "image", environment)
    images = app.generator(settings)
    try:
        model = chosen_model(settings, images.models)
        return _described(app.announcement(images, model), "Replicate", "REPLICATE_API_TOKEN")
    finally:
        await images.aclose()


def _described(maker: "GeneratorAnnounced", provider: str, key: str) -> str:
    if maker.offline:
        return f"offline twin, {maker.model}: no {key} in this shell"
    return f"{provider}, {maker.model}: {key} is set in this shell"
