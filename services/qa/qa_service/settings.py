"""Settings of the qa service."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field, SecretStr

from assets.settings import GeneratorSettings

# Half of what copy asks: a review reads pictures and the whole kit, and rate limits count tokens too.
CALLS_PER_MINUTE = 20


class Settings(GeneratorSettings):
    """With a key, Claude reviews; without one, the offline reviewer does, and every report of it says so.

    `settle_seconds` is how long a campaign's content must have been quiet before the rules judge it.
    """

    foreign: ClassVar[Mapping[str, str]] = {
        "anthropic_api_key": "ANTHROPIC_API_KEY",
        "anthropic_base_url": "ANTHROPIC_BASE_URL",
    }

    anthropic_api_key: SecretStr | None = None
    anthropic_base_url: str | None = None
    concurrency: int = Field(default=2, ge=1, le=8)
    calls_per_minute: int = Field(default=CALLS_PER_MINUTE, ge=1, le=100_000)
    settle_seconds: float = Field(default=1.0, ge=0.05, le=10.0)
