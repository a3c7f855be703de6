"""What providers tell by themselves."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from gateway.schemas.base import View

RUN_ID = "vcscvthbaxrm80cq9xqtcbaw4m"


class ReplicatePrediction(BaseModel):
    """What is read of a prediction that Replicate sends; the rest is not."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,100}$", examples=[RUN_ID])]
    status: Annotated[str, Field(pattern=r"^[a-z_-]{1,40}$", examples=["succeeded"])]


class WebhookTaken(View):
    """Replicate need not send it again."""

    id: Annotated[str, Field(examples=[RUN_ID])]
    noted: Annotated[bool, Field(examples=[True], description="False for a run that goes on: only ends are noted.")]
