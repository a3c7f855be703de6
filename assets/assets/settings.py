"""Settings that every service has whose assets are bought from a provider."""

from collections.abc import Iterable
from decimal import Decimal

from pydantic import Field

from chassis.errors import SettingsError
from chassis.settings import ServiceSettings

YEN_PER_DOLLAR = Decimal(160)
"""For planning a budget; no quote of the day."""


class GeneratorSettings(ServiceSettings):
    """Which model is asked, the first that the adapter knows unless one is named, and what a dollar counts in yen."""

    model: str | None = None
    yen_per_dollar: Decimal = Field(default=YEN_PER_DOLLAR, gt=0, le=10_000)


def chosen_model(settings: GeneratorSettings, known: Iterable[str]) -> str:
    """The model of the settings, or the first known. Raises SettingsError that names the variable."""
    names = list(known)
    if settings.model is None:
        return names[0]
    if settings.model not in names:
        variable = f"SAISEI_{settings.service.upper()}_MODEL"
        raise SettingsError(f"{variable}: {settings.model!r} is not known here; known: {', '.join(names)}")
    return settings.model
