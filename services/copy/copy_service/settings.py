"""Settings of the copy service."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field, SecretStr

from assets.settings import GeneratorSettings


class Settings(GeneratorSettings):
    """With a key, Claude writes; without one, the offline copywriter does, and everything says so."""

    foreign: ClassVar[Mapping[str, str]] = {
        "anthropic_api_key": "ANTHROPIC_API_KEY",
        "anthropic_base_url": "ANTHROPIC_BASE_URL",
    }

    anthropic_api_key: SecretStr | None = None
    anthropic_base_url: str | None = None
    concurrency: int = Field(default=4, ge=1, le=64)
