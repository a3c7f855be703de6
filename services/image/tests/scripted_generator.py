"""An image provider whose faults the test writes: the port, with orders that outlive the process that placed them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from image_service.generator import (
    FocalPoint,
    GeneratedImage,
    ImageRequest,
    ProviderRun,
    RunState,
    Succeeded,
)
from image_service.provider_errors import OutputExpired

PRICE = 7
MODEL = "scripted/studio"

Turn = BaseException | Callable[[ImageRequest], Awaitable[None]]


class ScriptedGenerator:
    """`submits`, `finds` and `polls` are played first, one turn a call; then every order succeeds.

    A turn of `submits` that is in `after_order` happens when the order has been placed already.
    """

    name = "scripted"
    models: Mapping[str, str] = {MODEL: "台本"}

    def __init__(self, *submits: Turn, offline: bool = False) -> None:
        self.offline = offline
        self.submits = list(submits)
        self.finds: list[BaseException] = []
        self.polls: list[RunState | BaseException] = []
        self.after_order: set[int] = set()
        self.orders: list[ImageRequest] = []
        self.cancelled: list[str] = []
        self.silent = False
        self.calls = 0

    def cost_yen(self, model: str, width: int, height: int) -> int:
        """One price for all."""
        return 0 if self.offline else PRICE

    async def submit(self, request: ImageRequest) -> ProviderRun:
        """The next turn; the order is placed before it when the turn's number is in `after_order`."""
        self.calls += 1
        turn = self.submits.pop(0) if self.submits else None
        if not isinstance(turn, BaseException) or self.calls in self.after_order:
            self.orders.append(request)
        placed = len(self.orders) - 1
        if isinstance(turn, BaseException):
            raise turn
        if turn is not None:
            await turn(request)
        return self._run(placed)

    async def find(self, request: ImageRequest, since: datetime) -> ProviderRun | None:
        """The order of exactly this request."""
        if self.finds:
            raise self.finds.pop(0)
        return self._run(self.orders.index(request)) if request in self.orders else None

    async def poll(self, provider_id: str) -> RunState:
        """The next turn; never answers while the provider is silent."""
        if self.silent:
            await asyncio.Event().wait()
        turn = self.polls.pop(0) if self.polls else Succeeded(provider_id)
        if isinstance(turn, BaseException):
            raise turn
        return turn

    async def fetch(self, succeeded: Succeeded) -> GeneratedImage:
        """Bytes that tell which order they were made for."""
        if not succeeded.output_url.startswith("run-"):
            raise OutputExpired("gone")
        request = self.orders[int(succeeded.output_url.removeprefix("run-"))]
        data = f"{request.prompt}/{request.seed}".encode()
        return GeneratedImage(data, "image/jpeg", request.width, request.height, FocalPoint(400, 600))

    async def cancel(self, provider_id: str) -> None:
        """Remembers it."""
        self.cancelled.append(provider_id)

    async def aclose(self) -> None:
        """Nothing is open."""

    def _run(self, number: int) -> ProviderRun:
        return ProviderRun(f"run-{number}", MODEL, self.cost_yen(MODEL, 0, 0))
