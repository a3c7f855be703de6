"""Settings of the image service."""

from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from assets.settings import GeneratorSettings

WEBHOOK_PATH = "/api/webhooks/replicate"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
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
    webhook_url: str | None = None
    """Where Replicate tells of a run's end: the gateway's route as the outside sees it."""

    concurrency: int = Field(default=2, ge=1, le=64)
    calls_per_minute: int = Field(default=CALLS_PER_MINUTE, ge=1, le=100_000)

    @field_validator("webhook_url")
    @classmethod
    def _reaches_the_gateway(cls, value: str | None) -> str | None:
        if value is not None and not _is_reachable(value):
            raise ValueError(
                f"must be the address of the gateway's {WEBHOOK_PATH} as Replicate reaches it, such as "
                f"https://saisei.example.com{WEBHOOK_PATH}; http is for this machine alone"
            )
        return value


def _is_reachable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    return secure and bool(host) and parts.path.endswith(WEBHOOK_PATH) and not parts.fragment
