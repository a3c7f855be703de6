"""Settings of the image service."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field, SecretStr

from assets.settings import GeneratorSettings

# What one account may order in a minute: replicate.com/docs/topics/predictions/rate-limits, as of 2026-11-20. One that
# has no payment method on file may order 6. Polling, which has a limit of its own, does not count.
CALLS_PER_MINUTE = 600


class Settings(GeneratorSettings):
    """With a token, Replicate makes the pictures; without one, the offline twin draws them, and everything says so."""

    foreign: ClassVar[Mapping[str, str]] = {
        "replicate_api_token": "REPLICATE_API_TOKEN",
        "replicate_base_url": "REPLICATE_BASE_URL",
    }

    replicate_api_token: SecretStr | None = None
    replicate_base_url: str | None = None
    concurrency: int = Field(default=2, ge=1, le=64)
    calls_per_minute: int = Field(default=CALLS_PER_MINUTE, ge=1, le=100_000)
