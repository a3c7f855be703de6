"""A reviewer whose claims and faults the test writes: the port, kept by a list."""

from collections.abc import Awaitable, Callable

from assets.money import Units
from assets.provider_errors import Spent
from contracts.qa import Severity
from qa_service.reviewer import Claim, Reviewed, ReviewRequest

COST, ESTIMATE = 5, 9
COST_MICROS, ESTIMATE_MICROS = 31_000, 56_000
TOKENS = Units(input_tokens=9_000, output_tokens=800)

Turn = tuple[Claim, ...] | BaseException | Callable[[ReviewRequest], Awaitable[tuple[Claim, ...]]]


class ScriptedReviewer:
    """Plays its script, one turn a call; after the last turn it finds nothing any more."""

    name = "scripted"
    model = "scripted-1"

    def __init__(self, *script: Turn, offline: bool = False, unreadable: int = 0) -> None:
        self.offline = offline
        self.unreadable = unreadable
        self.script = list(script)
        self.requests: list[ReviewRequest] = []

    def estimate_yen(self) -> int:
        """Another sum than the true cost, so that a test can tell them apart."""
        return 0 if self.offline else ESTIMATE

    def estimate_usd_micros(self) -> int:
        """Likewise."""
        return 0 if self.offline else ESTIMATE_MICROS

    async def review(self, request: ReviewRequest) -> Reviewed:
        """The next turn."""
        self.requests.append(request)
        turn = self.script.pop(0) if self.script else ()
        if isinstance(turn, BaseException):
            raise turn
        claims = turn if isinstance(turn, tuple) else await turn(request)
        spent = Spent("msg", 0) if self.offline else Spent(f"msg-{len(self.requests)}", COST, COST_MICROS, TOKENS)
        return Reviewed(claims, spent, self.unreadable)

    async def aclose(self) -> None:
        """There is nothing to release."""


def claim(target: str, quote: str, severity: Severity = "error") -> Claim:
    """A claim about a variant's body."""
    return Claim("brand", target, "body", "tone_mismatch", severity, quote, "ブランドの口調と合いません", "言い換える")
