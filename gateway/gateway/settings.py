"""The gateway's settings."""

from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from pydantic import Field, ValidationInfo, field_validator

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """Where tokens are checked, how much requests may bring, and how long they may take."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    pool_size: int = Field(default=8, ge=2, le=100)

    jwks_url: str | None = None
    jwks_file: Path | None = Field(default=None, validate_default=True)
    jwt_issuer: str = "saisei"
    jwt_audience: str = "saisei-gateway"

    command_timeout_seconds: float = Field(default=10.0, gt=0, le=60)
    read_your_writes_seconds: float = Field(default=2.0, gt=0, le=30)
    upload_limit_bytes: int = Field(default=20_000_000, ge=1)
    body_limit_bytes: int = Field(default=1_000_000, ge=1)

    reads_per_second: int = Field(default=5000, ge=1)
    writes_per_second: int = Field(default=200, ge=1)
    """Per team and replica; twice as many are let through at once."""

    trusted_proxies: str = ""
    """Networks, separated by commas, whose X-Forwarded-For is believed; from others it is ignored."""

    @cached_property
    def trusted_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The same, read."""
        return tuple(ip_network(part.strip(), strict=False) for part in self.trusted_proxies.split(",") if part.strip())

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for part in filter(None, map(str.strip, value.split(","))):
            try:
                ip_network(part, strict=False)
            except ValueError as error:
                raise ValueError(
                    f"{part!r} is no network; write addresses such as 10.0.0.0/8, separated by commas"
                ) from error
        return value

    @field_validator("jwks_file")
    @classmethod
    def _one_key_source(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if (info.data.get("jwks_url") is None) == (value is None):
            raise ValueError("set either SAISEI_JWKS_URL or SAISEI_JWKS_FILE")
        return value
