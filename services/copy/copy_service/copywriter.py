"""The port to whoever writes the words: what is asked, what comes back, and what it cost."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from assets.provider_errors import Spent
from contracts.values import BrandProfile, Brief, CopyText, PlatformName, Register

Angle = Literal["benefit", "question", "scene", "trust"]
ANGLES: tuple[Angle, ...] = ("benefit", "question", "scene", "trust")

Check = Callable[[CopyText], list[str]]
"""Every reason, in words, why a text may not stand on its platform; empty if it may."""


@dataclass(frozen=True, slots=True)
class CopyRequest:
    """One variant to write.

    `direction` is the person's extra direction (customPrompt); `limits_text` the platform's limits in words;
    `siblings` the variants to differ from; `previous` the text that was refused, `corrections` why.
    """

    brief: Brief
    brand: BrandProfile
    platform: PlatformName
    variant_label: str
    register: Register
    direction: str | None
    seed: int
    limits_text: str
    siblings: tuple[CopyText, ...] = ()
    corrections: tuple[str, ...] = ()
    previous: CopyText | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A variant's text and what it cost to have it written."""

    copy: CopyText
    spent: Spent


class Copywriter(Protocol):
    """Writes one variant a call. Never retries by itself: each call of `write` is one paid attempt at most."""

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
        """What one attempt usually costs, in yen, for the price a person consents to."""
        ...

    def estimate_usd_micros(self) -> int:
        """The same in millionths of a US dollar."""
        ...

    async def write(self, request: CopyRequest) -> Written:
        """Write the variant once. Raises `ProviderError`."""
        ...

    async def aclose(self) -> None:
        """Release connections."""
        ...


def angle_of(variant_label: str) -> Angle | None:
    """The angle a label stands for, by its letter (A案 or a post's A: benefit, … D案: trust); None if it has none."""
    letter = variant_label[:1].upper()
    return ANGLES["ABCD".index(letter)] if letter and letter in "ABCD" else None
