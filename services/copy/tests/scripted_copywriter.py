"""A copywriter whose texts and faults the test writes: the port, kept by a list."""

from collections.abc import Awaitable, Callable

from assets.money import Units
from assets.provider_errors import Spent
from contracts.values import CopyText
from copy_service.copywriter import CopyRequest, Written

COST, ESTIMATE = 5, 9
COST_MICROS, ESTIMATE_MICROS = 31_000, 56_000
TOKENS = Units(input_tokens=2_900, output_tokens=2_400)

Turn = CopyText | BaseException | Callable[[CopyRequest], Awaitable[CopyText]]


class ScriptedCopywriter:
    """Plays its script, one turn a call; after the last turn every call brings other words."""

    name = "scripted"
    model = "scripted-1"

    def __init__(self, *script: Turn, offline: bool = False) -> None:
        self.offline = offline
        self.script = list(script)
        self.requests: list[CopyRequest] = []
        self.closed = False

    def estimate_yen(self) -> int:
        """Another sum than the true cost, so that a test can tell them apart."""
        return 0 if self.offline else ESTIMATE

    def estimate_usd_micros(self) -> int:
        """Likewise."""
        return 0 if self.offline else ESTIMATE_MICROS

    async def write(self, request: CopyRequest) -> Written:
        """The next turn."""
        self.requests.append(request)
        n = len(self.requests)
        turn = self.script.pop(0) if self.script else words(n)
        if isinstance(turn, BaseException):
            raise turn
        text = turn if isinstance(turn, CopyText) else await turn(request)
        return Written(text, _spent(n, offline=self.offline))

    async def aclose(self) -> None:
        """Remembers it."""
        self.closed = True


def _spent(n: int, *, offline: bool) -> Spent:
    return Spent(f"msg-{n}", 0) if offline else Spent(f"msg-{n}", COST, COST_MICROS, TOKENS)


def words(n: int) -> CopyText:
    """Words that fit every platform which takes a hashtag, different for each number."""
    return CopyText(headline=f"春の新作{n}", body=f"桜とほうじ茶の香り、{n}杯目。", cta="詳しく見る", hashtags=("#春",))


def over_long(n: int = 1) -> CopyText:
    """Words that fit no platform."""
    return words(n).model_copy(update={"headline": "桜" * 400, "body": "長" * 5000})
