"""The image service with a real database, broker and provider's stand-in, in processes that a test ends or freezes."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
from aio_pika.abc import AbstractQueue

from assets.testing import campaign
from chassis.crashpoints import VARIABLE
from chassis.testing import ACTOR, Broker, drained, eventually
from chassis.topology import EVENTS
from contracts.jobs import CancelRun, JobCancelled, JobCompleted, JobFailed, JobSuperseded, RunJob
from contracts.values import JobOptions, KitAsset
from image_service.topology import CANCELS, JOBS, TOPOLOGY
from saisei_local.provision.broker import declare

from .processes import Process

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
STANDIN = "services.image.tests.replicate_standin"
ORDER_SECONDS = 3.0
PATIENCE = 60.0
ENDS = (JobCompleted, JobFailed, JobSuperseded, JobCancelled)
JobEnd = JobCompleted | JobFailed | JobSuperseded | JobCancelled
RUNS = """
SELECT epoch, happened, provider_id, cost_yen FROM image.provider_runs WHERE job_id = $1 ORDER BY attempt, at
"""
# All that a worker could change about a picture; what is kept as evidence is not among it.
STANDING = """
SELECT a.version, a.applied_seq, v.sha256, v.job_id,
       (SELECT count(*) FROM image.versions WHERE asset_id = a.id) AS versions,
       (SELECT count(*) FROM image.inbox) AS claims, (SELECT epoch FROM image.executions WHERE job_id = $2) AS epoch
FROM image.assets a LEFT JOIN image.versions v ON v.asset_id = a.id AND v.version = a.version WHERE a.id = $1
"""


@dataclass(frozen=True)
class Order:
    """One picture that the provider was asked for and took."""

    id: str
    prompt: str
    charged: bool


@dataclass(frozen=True)
class Provider:
    """The stand-in of Replicate, in a process of its own."""

    url: str

    async def charges(self) -> int:
        """How many pictures it has charged for."""
        return (await self._ledger())["charges"]

    async def polls(self) -> int:
        """How often it was asked how a run stands."""
        return (await self._ledger())["polls"]

    async def runs(self) -> list[str]:
        """The ids of the runs that it took."""
        return (await self._ledger())["runs"]

    async def orders(self) -> list[Order]:
        """All that it took, in the order it did."""
        return [Order(**order) for order in (await self._ledger())["orders"]]

    async def secret(self) -> str:
        """What it signs with."""
        headers = {"Authorization": "Bearer test-token"}
        async with httpx2.AsyncClient(trust_env=False, headers=headers) as http:
            return (await http.get(f"{self.url}/v1/webhooks/default/secret")).raise_for_status().json()["key"]

    async def forget(self) -> None:
        """Starts over with an empty memory."""
        await self._control("reset")

    async def meets(self, fault: str) -> None:
        """The next order meets this fault."""
        await self._control("faults", fault=fault)

    async def tells(self, times: int, run_seconds: float | None) -> None:
        """It tells so often of the end of each run that was ordered with a webhook, which comes by itself or not."""
        await self._control("telling", times=times, runSeconds=run_seconds)

    async def end(self, run_id: str) -> None:
        """A run ends now."""
        await self._control("end", runId=run_id)

    async def tell(self, run_id: str, **how: Any) -> int:
        """It tells something of a run; the status that it is answered with."""
        return (await self._control("tell", runId=run_id, **how)).json()["answered"]

    async def _ledger(self) -> dict[str, Any]:
        async with httpx2.AsyncClient(trust_env=False) as http:
            return (await http.get(f"{self.url}/control/ledger")).raise_for_status().json()

    async def _control(self, what: str, **body: Any) -> httpx2.Response:
        async with httpx2.AsyncClient(trust_env=False, timeout=30) as http:
            return (await http.post(f"{self.url}/control/{what}", json=body)).raise_for_status()


@dataclass
class ImageWorld:
    """What a test does to workers of images, and what it sees of them."""

    database_url: str
    amqp_url: str
    sql: asyncpg.Connection
    broker: Broker
    provider: Provider
    folder: Path
    _said: AbstractQueue
    webhook_url: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    _ends: defaultdict[str, list[tuple[UUID, JobEnd]]] = field(default_factory=lambda: defaultdict(list))
    _workers: int = 0

    @property
    def blob_url(self) -> str:
        """Where the pictures are."""
        return (self.folder / "blobs").as_uri()

    @asynccontextmanager
    async def worker(self, *, point: str = "", still: bool = False, amqp_url: str = "") -> AsyncIterator[Process]:
        """A process of the image service that ends, or stands still, at this point."""
        self._workers += 1
        log = self.folder / f"worker-{self._workers}.log"
        argv = [sys.executable, str(HERE / "image_worker.py"), str(ORDER_SECONDS), *(["still"] if still else [])]
        with log.open("ab") as output:
            child = await asyncio.create_subprocess_exec(
                *argv, env=self._environment(point, amqp_url or self.amqp_url), stdout=output, stderr=output
            )
        process = Process(child, log)
        try:
            yield process
        finally:
            await process.kill()

    async def asked(self) -> RunJob:
        """A job for an image of a new campaign."""
        [job] = await self.asked_together(JobOptions())
        return job

    async def asked_together(self, *options: JobOptions) -> list[RunJob]:
        """Jobs with these options, each for an image of its own of one new campaign."""
        campaign_id, brand_id = str(uuid4()), str(uuid4())
        upstream = {"brief": campaign_id, "brand": brand_id}
        kit = [KitAsset(id=str(uuid4()), kind="image", ordinal=n, upstream=upstream) for n, _ in enumerate(options, 1)]
        await self.broker.tell(campaign(campaign_id, brand_id, *kit))
        jobs = [_job_for(campaign_id, *each) for each in zip(kit, options, strict=True)]
        for job in jobs:
            await self.broker.command(job, UUID(job.job_id), queue=JOBS)
        return jobs

    async def called_off(self, job: RunJob) -> None:
        """A person cancels the job."""
        fields = job.model_dump(include={"job_id", "campaign_id", "kind", "target_id"})
        await self.broker.command(CancelRun(**fields, cancelled_by=ACTOR), queue=CANCELS)

    async def end_of(self, job: RunJob) -> Any:
        """What the job ended with. Raises AssertionError when it takes too long."""
        return await eventually(lambda: self._end(job), PATIENCE)

    async def ends_of(self, job: RunJob) -> list[Any]:
        """Everything told so far of how the job ended."""
        return [end for _, end in (await self.all_ends()).get(job.job_id, ())]

    async def all_ends(self) -> Mapping[str, Sequence[tuple[UUID, JobEnd]]]:
        """By job, everything told so far of how it ended, each time with the message's id."""
        for envelope in await drained(self._said):
            for model in ENDS:
                if envelope.type == model.type:
                    end = model.model_validate(envelope.data)
                    self._ends[end.job_id].append((envelope.id, end))
        return self._ends

    async def runs(self, job: RunJob) -> list[tuple[int, str, str | None, int]]:
        """The ledger: epoch, what happened, the provider's id, cost in yen."""
        return [tuple(row.values()) for row in await self.sql.fetch(RUNS, job.job_id)]

    async def standing(self, job: RunJob) -> dict[str, Any]:
        """The picture, its versions, and the claims and take-overs of the service."""
        return dict(await self.sql.fetchrow(STANDING, job.target_id, job.job_id) or {})

    async def _end(self, job: RunJob) -> Any:
        return next(iter(await self.ends_of(job)), None)

    def _environment(self, point: str, amqp_url: str) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("SAISEI_")}
        return clean | {
            VARIABLE: point,
            "SAISEI_IMAGE_DATABASE_URL": self.database_url,
            "SAISEI_IMAGE_AMQP_URL": amqp_url,
            "SAISEI_BLOB_URL": self.blob_url,
            "REPLICATE_API_TOKEN": "test-token",
            "REPLICATE_BASE_URL": self.provider.url,
            "SAISEI_IMAGE_WEBHOOK_URL": self.webhook_url,
            **self.settings,
        }


def _job_for(campaign_id: str, image: KitAsset, options: JobOptions) -> RunJob:
    return RunJob(
        job_id=str(uuid4()),
        campaign_id=campaign_id,
        kind="image",
        target_id=image.id,
        seq=1,
        options=options,
        requested_by=ACTOR,
        reason="initial",
    )


@asynccontextmanager
async def image_world_at(
    admin_url: str, image_url: str, amqp_url: str, provider: Provider, folder: Path
) -> AsyncIterator[ImageWorld]:
    """A world on an installed database and a broker's empty virtual host; its queues are gone at the end."""
    (folder / "blobs").mkdir()
    await declare(amqp_url, [TOPOLOGY])
    sql = await asyncpg.connect(admin_url)
    try:
        async with Broker.at(amqp_url) as broker:
            # What is published must arrive somewhere, and nobody but the test is here to hear it.
            said = await broker.watch(EVENTS, "#")
            yield ImageWorld(image_url, amqp_url, sql, broker, provider, folder, said)
            await broker.delete(TOPOLOGY.queues)
    finally:
        await sql.close()


@contextmanager
def served_provider(*options: str) -> Iterator[Provider]:
    """Runs for as long as the context lasts."""
    argv = [sys.executable, "-m", STANDIN, "--port", "0", *options]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT)
    assert process.stdout is not None
    try:
        yield Provider(process.stdout.readline().strip())
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        process.stdout.close()
