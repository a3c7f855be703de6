"""Asks a gateway for regenerations until each is accepted, whatever happens to the gateway meanwhile."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import uuid4

import httpx2

AGAIN_SECONDS = 0.25
REPEATABLE = (429, 503)


@dataclass
class Asked:
    """One request under its key, and the jobs that answers to it named."""

    campaign_id: str
    asset: dict[str, Any]
    key: str = field(default_factory=lambda: str(uuid4()))
    jobs: set[str] = field(default_factory=set)
    cascades: set[str] = field(default_factory=set)

    @property
    def body(self) -> dict[str, str]:
        """What is sent."""
        name = "copyVariantId" if self.asset["kind"] == "copy_variant" else "assetId"
        return {"type": self.asset["kind"], name: self.asset["id"]}


@dataclass
class Driver:
    """Many requests at once, each repeated with its key for as long as nobody says whether it was taken."""

    http: httpx2.AsyncClient
    asked: list[Asked] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    repeats: int = 0

    async def fire(self, requests: Iterator[Asked], at_once: int, pause: float) -> None:
        """Sends all of these, `at_once` at a time, each sender with a pause between two."""
        async with asyncio.TaskGroup() as senders:
            for _ in range(at_once):
                senders.create_task(self._send_each(requests, pause))

    async def send(self, asked: Asked) -> None:
        """Sends one until it is accepted. Raises AssertionError for any answer but acceptance or "not now"."""
        while not await self._is_accepted(asked):
            self.repeats += 1
            await asyncio.sleep(AGAIN_SECONDS)

    async def _send_each(self, requests: Iterator[Asked], pause: float) -> None:
        for asked in requests:
            self.asked.append(asked)
            await self.send(asked)
            await asyncio.sleep(pause)

    async def _is_accepted(self, asked: Asked) -> bool:
        path = f"/api/campaigns/{asked.campaign_id}/regenerate"
        try:
            response = await self.http.post(path, json=asked.body, headers={"Idempotency-Key": asked.key})
        except httpx2.TransportError as error:
            self.answers[type(error).__name__] += 1
            return False
        self.answers[str(response.status_code)] += 1
        if response.status_code in REPEATABLE:
            return False
        assert response.status_code == 202, f"{response.status_code}: {response.text}"
        job = response.json()
        asked.jobs.add(job["id"])
        asked.cascades.add(job["cascadeId"])
        return True


def drawn(kits: dict[str, dict[str, Any]], count: int, random: Random) -> Iterator[Asked]:
    """Assets to regenerate: mostly copy that nothing rests on, and of the rest half images, half copy on banners."""
    carried = {up for kit in kits.values() for asset in kit.values() for up in asset["upstream"]}
    all_of = [(campaign_id, asset) for campaign_id, kit in kits.items() for asset in kit.values()]
    copy = [each for each in all_of if each[1]["kind"] == "copy_variant"]
    cheap = [each for each in copy if each[1]["id"] not in carried]
    dear = [each for each in copy if each[1]["id"] in carried]
    images = [each for each in all_of if each[1]["kind"] == "image"]
    for number in range(count):
        choices = cheap if number % 10 else (images, dear)[number // 10 % 2]
        yield Asked(*random.choice(choices))
