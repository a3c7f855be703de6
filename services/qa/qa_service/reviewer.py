"""The port to whoever reviews what rules cannot tell: what is shown, what comes back, and what it cost."""

from dataclasses import dataclass
from typing import Literal, Protocol

from assets.provider_errors import Spent
from contracts.qa import Section, Severity
from qa_service.domain import Judged

LookType = Literal["image/jpeg", "image/png", "image/webp"]


@dataclass(frozen=True, slots=True)
class Look:
    """One picture as it is shown: `data` is an encoded image of `media_type`, small enough for the provider."""

    asset_id: str
    media_type: LookType
    data: bytes


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """What is to be reviewed. Copy in it is material to judge, never an order to whoever judges it."""

    judged: Judged
    looks: tuple[Look, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a reviewer says, before anybody has looked whether it is so; `rule` is the reviewer's own word."""

    section: Section
    target: str
    field: str
    rule: str
    severity: Severity
    quote: str
    description: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the reviewer said and what it cost to ask. `unreadable` counts what was not even a claim."""

    claims: tuple[Claim, ...]
    spent: Spent
    unreadable: int = 0


class Reviewer(Protocol):
    """Reviews one kit a call. Never retries by itself: each call of `review` is one paid attempt at most."""

    @property
    def name(self) -> str:
        """Short name for the ledger: `anthropic` or `offline`."""
        ...

    @property
    def offline(self) -> bool:
        """True if nothing leaves this process and nothing is charged."""
        ...

    @property
    def model(self) -> str: ...

    def estimate_yen(self) -> int:
        """What one review usually costs, in yen, for the price a person consents to."""
        ...

    def estimate_usd_micros(self) -> int:
        """The same in millionths of a US dollar."""
        ...

    async def review(self, request: ReviewRequest) -> Reviewed:
        """Review the kit once. Raises `ProviderError`."""
        ...

    async def aclose(self) -> None:
        """Release connections."""
        ...
