"""How many renders run at once, whoever asked for them."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from compositor_service import renders
from compositor_service.imaging.platform_image import PlatformImageMaker
from contracts.compositor import RenderAssets

from .compositor_bench import CONCURRENCY, CompositorBench, kit


class Gauge:
    """Counts how many threads are inside at once."""

    def __init__(self) -> None:
        self.peak = 0
        self._inside = 0
        self._lock = threading.Lock()

    def around(self, render: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, counted."""

        def counted(*given: Any) -> Any:
            with self._lock:
                self._inside += 1
                self.peak = max(self.peak, self._inside)
            try:
                return render(*given)
            finally:
                with self._lock:
                    self._inside -= 1

        return counted


@pytest.fixture
def gauge(monkeypatch) -> Gauge:
    """Around all that is rendered."""
    gauge = Gauge()
    monkeypatch.setattr(renders, "composited", gauge.around(renders.composited))
    monkeypatch.setattr(PlatformImageMaker, "make", gauge.around(PlatformImageMaker.make))
    return gauge


async def test_renders_of_cascades_and_of_jobs_share_one_limit(bench: CompositorBench, gauge: Gauge):
    made = await bench.rendered()
    await bench.ask(RenderAssets(campaign_id=made.created.campaign_id, asset_ids=(made.composite, *made.sizes)))
    kits = [kit() for _ in range(3)]
    for one in kits:
        for event in (one.created, await bench.image(one), bench.copy(one)):
            await bench.hear(event)
    waiting = [message for one in (made, *kits) for message in bench.taken(one)]
    assert len(waiting) == 6
    await asyncio.gather(*(bench.work(content, message_id) for message_id, content in waiting))
    assert gauge.peak == CONCURRENCY
