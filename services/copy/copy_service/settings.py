"""Settings of the copy service."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field, SecretStr

from assets.settings import GeneratorSettings

# What a new organisation may ask in a minute, by platform.claude.com/docs/en/api/rate-limits as of October 2026: 1,000
# requests, but 100,000 tokens of output of the dearest model, and a variant takes about 2,500 with its thinking.
CALLS_PER_MINUTE = 40


class Settings(GeneratorSettings):
    """With a key, Claude writes; without one, the offline copywriter does, and everything says so."""

    foreign: ClassVar[Mapping[str, str]] = {
        "anthropic_api_key": "ANTHROPIC_API_KEY",
        "anthropic_base_url": "ANTHROPIC_BASE_URL",
    }

    anthropic_api_key: SecretStr | None = None
    anthropic_base_url: str | None = None
    concurrency: int = Field(default=4, ge=1, le=64)
    calls_per_minute: int = Field(default=CALLS_PER_MINUTE, ge=1, le=100_000)
