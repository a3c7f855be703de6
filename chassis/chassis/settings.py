"""Settings from SAISEI_* variables: a service's own name wins over the shared one."""

import os
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chassis.errors import SettingsError
from chassis.logs import LogLevel


class ServiceSettings(BaseModel):
    """What every service needs. `SAISEI_IMAGE_POOL_SIZE` sets it for one service, `SAISEI_POOL_SIZE` for all."""

    # What is wrong with a secret must not show the secret.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    foreign: ClassVar[Mapping[str, str]] = {}
    """Fields read from another product's standard variable, such as ANTHROPIC_API_KEY."""

    service: str
    database_url: str
    amqp_url: str
    blob_url: str
    pool_size: int = Field(default=4, ge=1, le=100)
    log_level: LogLevel = "INFO"
    health_port: int | None = Field(default=None, ge=1, le=65535)
    outbox_limit_seconds: int = Field(default=30, ge=1)


PROCESS_WIDE = frozenset({"log_level"})
"""Fields that services in one process cannot have each for themselves."""

S = TypeVar("S", bound=ServiceSettings)


def load(model: type[S], service: str, environ: Mapping[str, str] = os.environ) -> S:
    """Reads one service's settings. Raises SettingsError that names the variable at fault."""
    found: dict[str, Any] = {"service": service}
    for field in model.model_fields:
        value = _first(environ, variables(model, service, field)) if field != "service" else None
        if value is not None:
            found[field] = value
    try:
        return model.model_validate(found)
    except ValidationError as error:
        raise SettingsError(_explained(model, service, error)) from error


def variables(model: type[ServiceSettings], service: str, field: str) -> tuple[str, ...]:
    """The environment variables that set a field, strongest first."""
    if field in model.foreign:
        return (model.foreign[field],)
    shared = f"SAISEI_{field.upper()}"
    return (shared,) if field in PROCESS_WIDE else (f"SAISEI_{service.upper()}_{field.upper()}", shared)


def known_variables(models: Mapping[str, type[ServiceSettings]]) -> set[str]:
    """Every SAISEI_* variable that these services read."""
    names = (
        variable
        for service, model in models.items()
        for field in model.model_fields
        if field != "service"
        for variable in variables(model, service, field)
    )
    return {name for name in names if name.startswith("SAISEI_")}


def _first(environ: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((environ[name] for name in names if environ.get(name)), None)


def _explained(model: type[ServiceSettings], service: str, error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False)[0]
    names = " or ".join(variables(model, service, str(problem["loc"][0]))) if problem["loc"] else service
    return f"{names}: {problem['msg']}"
