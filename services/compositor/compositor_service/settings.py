"""Settings of the compositor."""

from pydantic import Field

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """`concurrency` is how many renders run at once in this process, those of cascades and of jobs together."""

    concurrency: int = Field(default=2, ge=1, le=64)
