"""An image provider whose faults the test writes: the port, with orders that outlive the process that placed them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from assets.provider_errors import InvalidRequest
from image_service.generator import (
    FocalPoint,
    GeneratedImage,
    ImageRequest,
    ProviderRun,
    RunState,
    Succeeded,
)
from image_service.provider_errors import OutputExpired, UntrustworthyOutput

PRICE, PRICE_MICROS = 7, 43_000
MODEL = "scripted/studio"
GONE = "gone"

Turn = BaseException | Callable[[ImageRequest], Awaitable[None]]


class ScriptedGenerator:
    """`submits`, `finds` and `polls` are played first, one turn a call; then every order succeeds.

    A turn of `submits` that is in `after_order` happens when the order has been placed already.
    """

    name = "scripted"
    models: Mapping[str, str] = {MODEL: "台本"}

    def __init__(self, *submits: Turn, offline: bool = False) -> None:
        self.offline = offline
        self.tells_ends = False
        self.polled = 0
        self.submits = list(submits)
        self.finds: list[BaseException] = []
        self.polls: list[RunState | BaseException] = []
        self.after_order: set[int] = set()
        self.orders: list[ImageRequest] = []
        self._placed_at: list[datetime] = []
        self.cancelled: list[str] = []
        self.silent = False
        self.closed = False
        self.calls = 0

    def cost_yen(self, model: str, width: int, height: int) -> int:
        """One price for all. Raises InvalidRequest for an unknown model."""
        if model not in self.models:
            raise InvalidRequest(f"unknown model {model}")
        return 0 if self.offline else PRICE

    def cost_usd_micros(self, model: str, width: int, height: int) -> int:
        """Likewise, in millionths of a dollar."""
        return PRICE_MICROS if self.cost_yen(model, width, height) else 0

    async def submit(self, request: ImageRequest) -> ProviderRun:
        """The next turn; the order is placed before it when the turn's number is in `after_order`."""
        price = self.cost_yen(request.model, request.width, request.height)
        self.calls += 1
        turn = self.submits.pop(0) if self.submits else None
        if not isinstance(turn, BaseException) or self.calls in self.after_order:
            self.orders.append(request)
            self._placed_at.append(datetime.now(UTC))
        placed = len(self.orders) - 1
        if isinstance(turn, BaseException):
            raise turn
        if turn is not None:
            await turn(request)
        return ProviderRun(_run_id(placed), request.model, price, PRICE_MICROS if price else 0)

    async def find(self, request: ImageRequest, since: datetime) -> ProviderRun | None:
        """The order of exactly this request, unless it was placed before `since`."""
        if self.finds:
            raise self.finds.pop(0)
        price = self.cost_yen(request.model, request.width, request.height)
        for number, (order, at) in enumerate(zip(self.orders, self._placed_at, strict=True)):
            if order == request and at >= since:
                return ProviderRun(_run_id(number), request.model, price, PRICE_MICROS if price else 0)
        return None

    async def poll(self, provider_id: str) -> RunState:
        """The next turn; never answers while the provider is silent. Raises InvalidRequest for an unknown run."""
        _number_of(provider_id)
        self.polled += 1
        if self.silent:
            await asyncio.Event().wait()
        turn = self.polls.pop(0) if self.polls else Succeeded(provider_id)
        if isinstance(turn, BaseException):
            raise turn
        return turn

    async def fetch(self, succeeded: Succeeded) -> GeneratedImage:
        """Bytes that tell which order they were made for."""
        if succeeded.output_url == GONE:
            raise OutputExpired("gone")
        try:
            request = self.orders[_number_of(succeeded.output_url)]
        except InvalidRequest as error:
            raise UntrustworthyOutput("Not an address of the script.") from error
        data = f"{request.prompt}/{request.seed}".encode()
        return GeneratedImage(data, "image/jpeg", request.width, request.height, FocalPoint(400, 600))

    async def cancel(self, provider_id: str) -> None:
        """Remembers it."""
        self.cancelled.append(provider_id)

    async def aclose(self) -> None:
        """Remembers it."""
        self.closed = True


def _run_id(number: int) -> str:
    return f"run-{number}"


def _number_of(run_id: str) -> int:
    number = run_id.removeprefix("run-")
    if number == run_id:
        raise InvalidRequest(f"unknown run {run_id}")
    return int(number)
