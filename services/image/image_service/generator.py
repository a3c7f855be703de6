"""The port to whatever makes base images, shaped for paid work that must survive a crash between any two calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from assets.provider_errors import ProviderError, RefusedByProvider
from image_service.provider_errors import OutputExpired, RunFailed

FailureCode = Literal["refused", "cancelled", "output_expired", "provider_error"]


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """One picture wanted. Sizes in pixels; `palette` is the brand's primary, accent and text colour as #rrggbb."""

    prompt: str
    seed: int
    model: str
    width: int
    height: int
    palette: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class ProviderRun:
    """A run that the provider accepted. Store `provider_id` before anything else: all later calls need only it."""

    provider_id: str
    model: str
    cost_yen: int
    cost_usd_micros: int = 0


@dataclass(frozen=True, slots=True)
class Pending:
    """Not finished. `started` is false while the run waits in the provider's queue."""

    started: bool


@dataclass(frozen=True, slots=True)
class Succeeded:
    """Finished; the picture waits at `output_url`, at Replicate for one hour."""

    output_url: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Finished without a picture. `began` is false when the provider says that it never was at work on it."""

    code: FailureCode
    message: str
    began: bool = True

    def error(self) -> ProviderError:
        """The same outcome as an error, for callers that end a job by raising."""
        kinds: dict[str, type[ProviderError]] = {"refused": RefusedByProvider, "output_expired": OutputExpired}
        return kinds.get(self.code, RunFailed)(self.message)


RunState = Pending | Succeeded | Failed


@dataclass(frozen=True, slots=True)
class FocalPoint:
    """Where the eye goes, in thousandths of the width and the height from the top left."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class GeneratedImage:
    """A decoded-and-checked picture. `focal` is None where the maker cannot know it."""

    data: bytes
    media_type: str
    width: int
    height: int
    focal: FocalPoint | None = None


class ImageGenerator(Protocol):
    """Makes pictures. Every method is one attempt: retrying is the caller's, so that every paid call is in the ledger.

    All methods raise `ProviderError` subclasses only.
    """

    @property
    def name(self) -> str:
        """`replicate` or `offline`: recorded on every version."""
        ...

    @property
    def offline(self) -> bool:
        """True when the pictures are drawn here and cost nothing."""
        ...

    @property
    def tells_ends(self) -> bool:
        """True when the provider says by itself that a run has ended, so that it need not be asked as often."""
        ...

    @property
    def models(self) -> Mapping[str, str]:
        """Model id → label for people. The first is the default."""
        ...

    def cost_yen(self, model: str, width: int, height: int) -> int:
        """Estimated price of one picture in yen, rounded up. Raises InvalidRequest for an unknown model."""
        ...

    def cost_usd_micros(self, model: str, width: int, height: int) -> int:
        """The same price in millionths of a US dollar. Raises InvalidRequest for an unknown model."""
        ...

    async def submit(self, request: ImageRequest) -> ProviderRun:
        """Order one picture. This is the paid call. Raises OutcomeUnknown when the order may have been placed."""
        ...

    async def find(self, request: ImageRequest, since: datetime) -> ProviderRun | None:
        """Look for a run of exactly this request, ordered at or after `since`: how an unknown outcome is settled."""
        ...

    async def poll(self, provider_id: str) -> RunState:
        """How the run stands."""
        ...

    async def fetch(self, succeeded: Succeeded) -> GeneratedImage:
        """Bring the picture in. Free to repeat. Raises OutputExpired, UntrustworthyOutput or TransientFault."""
        ...

    async def cancel(self, provider_id: str) -> None:
        """Ask the provider to stop a run. A finished run stays as it is."""
        ...

    async def aclose(self) -> None:
        """Release connections."""
        ...
