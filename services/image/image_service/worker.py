"""Runs image jobs on the generator."""

from dataclasses import asdict, dataclass

from assets import mirror, requests, store
from assets.execution import Execution, PastAttempt
from assets.model import Asset, Made, Piece
from assets.pacing import Pace
from assets.versioning import Committed
from assets.worker import Generator, JobEnds, JobWorker
from chassis.blobs import BlobStore
from chassis.transaction import Transaction
from contracts.jobs import RunJob
from contracts.values import Wanted
from image_service.domain import (
    SIDE,
    Prompt,
    focal_content,
    generated_inputs,
    palette,
    prompt_for,
    scene,
    wanted_after,
)
from image_service.generator import ImageGenerator, ImageRequest
from image_service.ordering import Ordering, Patience
from image_service.prompting import derive_prompt
from image_service.service import tell_regenerated
from image_service.stopping import Stopping


@dataclass(frozen=True)
class ImageTask:
    """What one job has to make, and from what."""

    request: ImageRequest
    prompt: Prompt
    ordinal: int
    sources: dict[str, Piece]


@dataclass(frozen=True)
class StoredImage:
    """A picture that is safe in the blob store."""

    sha256: str
    media_type: str
    width: int
    height: int
    bytes: int
    content: dict[str, int]


class ImageWorker(JobWorker[ImageTask, StoredImage]):
    """One base image a job."""

    def __init__(
        self,
        generator: ImageGenerator,
        model: str,
        blobs: BlobStore,
        patience: Patience | None = None,
        pace: Pace | None = None,
    ) -> None:
        yen, dollars = generator.cost_yen(model, SIDE, SIDE), generator.cost_usd_micros(model, SIDE, SIDE)
        super().__init__(Generator(generator.name, model, generator.offline, yen, dollars), ImageTask, pace)
        self._images = generator
        self._blobs = blobs
        self._patience = patience or Patience()

    async def task(self, tx: Transaction, asset: Asset, job: RunJob) -> ImageTask:
        """Today's brief and brand, and the prompt that the options ask for."""
        sources = await mirror.sources(tx, asset)
        brief, brand = mirror.brief_of(sources["brief"]), mirror.brand_of(sources["brand"])
        current = await store.version(tx.conn, asset.id, asset.version)
        derived = derive_prompt(brief, brand, scene(asset.ordinal))
        prompt = prompt_for(job.options, asset.wanted.parameters.get("prompt"), current, derived)
        if prompt is None:
            raise JobEnds("PHOTO_NEEDS_PROMPT", "this image is a person's own photo; give a customPrompt")
        request = ImageRequest(
            prompt=prompt.text,
            seed=requests.seed_for(job),
            model=self.generator.model,
            width=SIDE,
            height=SIDE,
            palette=palette(brand),
        )
        return ImageTask(request, prompt, asset.ordinal, sources)

    async def produce(self, execution: Execution, task: ImageTask, past: list[PastAttempt]) -> StoredImage:
        """A picture in the blob store; one that was bought before is not bought again."""
        ordering = Ordering(self._images, execution, self._patience)
        past = await ordering.settled(past)
        for one in past:
            if one.outcome == "succeeded" and one.output:
                return StoredImage(**one.output)
        attempt, image, cost = await ordering.picture(task.request, past)
        stored = StoredImage(
            sha256=await self._blobs.put(image.data),
            media_type=image.media_type,
            width=image.width,
            height=image.height,
            bytes=len(image.data),
            content=focal_content(image.focal),
        )
        await execution.succeeded(attempt, cost, asdict(stored))
        return stored

    async def stop(self, execution: Execution, past: list[PastAttempt]) -> None:
        """The provider is asked to stop what was ordered; what it has charged by then counts."""
        task, stopping = self.kept(past), Stopping(self._images, execution, self._patience)
        if task is None:
            return
        for one in await stopping.answered(past):
            if one.outcome is None:
                await stopping.stop(task.request, one)

    def made(self, job: RunJob, task: ImageTask, output: StoredImage) -> Made:
        """The picture with all that it rests on."""
        inputs = generated_inputs(task.sources, task.ordinal, task.prompt, task.request.seed, task.request.model)
        return Made(
            sha256=output.sha256,
            media_type=output.media_type,
            width=output.width,
            height=output.height,
            bytes=output.bytes,
            inputs=inputs,
            provider=self.generator.name,
            offline=self.generator.offline,
            reason=job.reason,
            prompt=task.prompt.text,
            seed=task.request.seed,
            job_id=job.job_id,
            content=output.content,
        )

    def wanted(self, job: RunJob, asset: Asset, made: Made) -> Wanted:
        """The settings it was made with; a prompt that was edited after the job was asked for stays wanted."""
        return wanted_after(asset, made, job.seq)

    async def tell(self, tx: Transaction, asset: Asset, made: Made, committed: Committed) -> None:
        """Publishes `image.regenerated`."""
        tell_regenerated(tx, asset, made, committed)
