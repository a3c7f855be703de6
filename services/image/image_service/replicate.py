"""Replicate as an image generator, over its own SDK: one attempt per call, ids first, outputs fetched by us."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import httpx
from pydantic.v1 import ValidationError
from replicate.client import Client
from replicate.prediction import Prediction, Predictions

from assets.money import Money, priced
from assets.provider_errors import NotAuthorised, OutcomeUnknown, ProviderError, TransientFault
from assets.settings import YEN_PER_DOLLAR
from image_service.decoding import MEDIA_TYPES, checked_image
from image_service.generator import Failed, GeneratedImage, ImageRequest, Pending, ProviderRun, RunState, Succeeded
from image_service.replicate_models import CATALOGUE, model_named
from image_service.replicate_transport import SingleAttempt, is_refusal
from image_service.safe_fetch import FetchPolicy, Resolver, resolve, safe_fetch

API = "https://api.replicate.com"
OUTPUT_HOSTS = ("replicate.delivery",)


class ReplicateGenerator:
    """The ImageGenerator port on Replicate. `base_url` None means Replicate itself.

    `webhook_url` is told of every run's end. Costs are list prices (see replicate_models) at `yen_per_dollar`, a
    budgeting rate, not the day's.
    Raises NotAuthorised when built without a token.
    """

    name = "replicate"
    offline = False

    def __init__(
        self,
        api_token: str,
        base_url: str | None = None,
        *,
        yen_per_dollar: Decimal = YEN_PER_DOLLAR,
        webhook_url: str | None = None,
        timeout_seconds: float = 30.0,
        resolver: Resolver = resolve,
    ) -> None:
        if not api_token:
            raise NotAuthorised("REPLICATE_API_TOKEN is empty.")
        self._yen_per_dollar = yen_per_dollar
        self._webhook = _webhook(webhook_url)
        self._timeout = timeout_seconds
        self._resolver = resolver
        self._policy = FetchPolicy(
            OUTPUT_HOSTS, tuple(MEDIA_TYPES.values()), trusted_host=urlsplit(base_url).hostname if base_url else None
        )
        self._transport = SingleAttempt(timeout_seconds)
        # Environment proxies would be mounted beside our transport and so bypass it.
        self._client = Client(
            api_token,
            base_url=base_url or API,
            timeout=httpx.Timeout(timeout_seconds),
            transport=self._transport,
            trust_env=False,
        )

    @property
    def tells_ends(self) -> bool:
        """Whether Replicate is given an address to tell."""
        return bool(self._webhook)

    @property
    def models(self) -> Mapping[str, str]:
        """Model id → label, the default first."""
        return {model.id: model.label for model in CATALOGUE}

    def cost_yen(self, model: str, width: int, height: int) -> int:
        """Estimated yen for one picture, rounded up. Raises InvalidRequest."""
        return self._price(model, width, height).yen

    def cost_usd_micros(self, model: str, width: int, height: int) -> int:
        """The same in millionths of a dollar. Raises InvalidRequest."""
        return self._price(model, width, height).usd_micros

    async def submit(self, request: ImageRequest) -> ProviderRun:
        """Create one prediction. Raises any ProviderError; OutcomeUnknown where it may exist without our knowing."""
        model = model_named(request.model)
        async with self._one_call(OutcomeUnknown):
            prediction = await self._client.predictions.async_create(
                model=model.id, input=model.inputs(model, request), **self._webhook
            )
        return self._run(prediction, request)

    async def find(self, request: ImageRequest, since: datetime) -> ProviderRun | None:
        """Search what was ordered since then, newest first. Replicate forgets inputs after an hour: ask before that."""
        model = model_named(request.model)
        wanted = model.inputs(model, request)
        cursor: Any = ...
        while cursor:
            async with self._one_call(TransientFault):
                page = await self._client.predictions.async_list(cursor)
            recent = [prediction for prediction in page.results if _created(prediction) >= since]
            for prediction in recent:
                if prediction.model == model.id and prediction.input == wanted:
                    return self._run(prediction, request)
            # A page is a hundred at most, which is seconds where much is ordered.
            cursor = page.next if recent and len(recent) == len(page.results) else None
        return None

    async def poll(self, provider_id: str) -> RunState:
        """One look at the prediction."""
        try:
            async with self._one_call(TransientFault):
                prediction = await self._client.predictions.async_get(provider_id)
        except TransientFault as error:
            if _is_aborted(error.__cause__):
                return Failed("cancelled", "Replicate ended the run before it started.", began=False)
            raise
        return _state(prediction)

    async def fetch(self, succeeded: Succeeded) -> GeneratedImage:
        """Download and decode the picture."""
        fetched = await safe_fetch(succeeded.output_url, self._policy, resolver=self._resolver)
        return await asyncio.to_thread(checked_image, fetched.data, fetched.media_type)

    async def cancel(self, provider_id: str) -> None:
        """Cancel the prediction if it still runs."""
        async with self._one_call(TransientFault):
            await self._client.predictions.async_cancel(provider_id)

    async def aclose(self) -> None:
        """Close the connections to Replicate."""
        await self._transport.aclose()

    def _run(self, prediction: Prediction, request: ImageRequest) -> ProviderRun:
        price = self._price(request.model, request.width, request.height)
        return ProviderRun(prediction.id, request.model, price.yen, price.usd_micros)

    def _price(self, model: str, width: int, height: int) -> Money:
        return priced(model_named(model).usd(width, height), self._yen_per_dollar)

    @asynccontextmanager
    async def _one_call(self, unclear: type[ProviderError]) -> AsyncGenerator[None]:
        """Bound one SDK call in time and turn an answer that makes no sense into `unclear`."""
        try:
            # The transport's limits are per read; a dribbling answer needs one for the whole call.
            async with asyncio.timeout(self._timeout * 2):
                yield
        except (TimeoutError, ValidationError, ValueError, TypeError, KeyError) as error:
            raise unclear(f"Replicate gave no answer that makes sense: {error!r}"[:300]) from error


def _webhook(url: str | None) -> Predictions.CreatePredictionParams:
    return {"webhook": url, "webhook_events_filter": ["completed"]} if url else {}


def _state(prediction: Prediction) -> RunState:
    match prediction.status:
        case "starting" | "processing":
            return Pending(started=prediction.status == "processing")
        case "canceled":
            return Failed("cancelled", "The run was cancelled.", began=_began(prediction))
        case "failed":
            message = prediction.error or "Replicate gave no reason."
            return Failed("refused" if is_refusal(message) else "provider_error", message[:300])
    url = _first_url(prediction.output)
    return Succeeded(url) if url else Failed("output_expired", "The run succeeded but its output is gone.")


def _first_url(output: Any) -> str | None:  # The SDK types a model's output as Any: it is a URL or a list of them.
    if isinstance(output, list):
        output = output[0] if output else None
    return output if isinstance(output, str) and output else None


def _created(prediction: Prediction) -> datetime:
    return datetime.fromisoformat(prediction.created_at or "0001-01-01T00:00:00Z")


def _began(prediction: Prediction) -> bool:
    """False only when Replicate says so: it names no time at which the run was started."""
    return prediction.started_at is not None or "started_at" not in prediction.__fields_set__


def _is_aborted(error: BaseException | None) -> bool:
    """The SDK rejects the status `aborted`, which Replicate added after its last release."""
    if not isinstance(error, ValidationError):
        return False
    return any(item["loc"] == ("status",) and item.get("ctx", {}).get("given") == "aborted" for item in error.errors())
