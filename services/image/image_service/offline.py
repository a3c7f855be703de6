"""The offline twin: draws the picture here, for nothing, and says so. Same port as a paid provider.

It keeps nothing: the provider id is the request itself, packed, so that any process can resume any run.
"""

import asyncio
import base64
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from assets.provider_errors import InvalidRequest
from image_service.generator import FocalPoint, GeneratedImage, ImageRequest, ProviderRun, RunState, Succeeded
from image_service.painting.studio import paint
from image_service.provider_errors import UntrustworthyOutput

SCHEME = "offline:"
MODEL = "offline/studio-1"
SIDES = range(256, 2049)
PACKED_LIMIT = 100_000


class OfflineGenerator:
    """The ImageGenerator port without a provider. A run has succeeded as soon as it is submitted."""

    name = "offline"
    offline = True
    tells_ends = False
    models: Mapping[str, str] = {MODEL: "オフライン（自動描画）"}

    def cost_yen(self, model: str, width: int, height: int) -> int:
        """Always 0: nothing is bought. Raises InvalidRequest for another provider's model or an impossible size."""
        if model not in self.models:
            raise InvalidRequest(f"Unknown offline model {model!r}; known: {MODEL}.")
        if width not in SIDES or height not in SIDES:
            raise InvalidRequest(f"{width}×{height} is outside {SIDES.start}–{SIDES.stop - 1} pixels a side.")
        return 0

    def cost_usd_micros(self, model: str, width: int, height: int) -> int:
        """Always 0, likewise."""
        return self.cost_yen(model, width, height)

    async def submit(self, request: ImageRequest) -> ProviderRun:
        """Accept a request. Raises InvalidRequest. Equal requests are one run."""
        cost = self.cost_yen(request.model, request.width, request.height)
        if not all(re.fullmatch(r"#[0-9a-fA-F]{6}", colour) for colour in request.palette):
            raise InvalidRequest("Every palette colour must be #rrggbb.")
        return ProviderRun(_packed(request), request.model, cost)

    async def find(self, request: ImageRequest, since: datetime) -> ProviderRun | None:  # noqa: ARG002 - part of the port
        """A run of this request always exists."""
        return await self.submit(request)

    async def poll(self, provider_id: str) -> RunState:
        """Raises InvalidRequest for an id that was not made here."""
        _unpacked(provider_id)
        return Succeeded(provider_id)

    async def fetch(self, succeeded: Succeeded) -> GeneratedImage:
        """Paint the picture, in a thread: about a second."""
        try:
            request = _unpacked(succeeded.output_url)
        except InvalidRequest as error:
            raise UntrustworthyOutput("Not an address of the offline studio.") from error
        return await asyncio.to_thread(_painted, request)

    async def cancel(self, provider_id: str) -> None:
        """Nothing runs, so nothing stops. Raises InvalidRequest for an id that was not made here."""
        _unpacked(provider_id)

    async def aclose(self) -> None:
        """Nothing is open."""


def _painted(request: ImageRequest) -> GeneratedImage:
    painted = paint(request.prompt, request.seed, request.palette, request.width, request.height)
    return GeneratedImage(painted.data, "image/jpeg", request.width, request.height, FocalPoint(*painted.focal))


def _packed(request: ImageRequest) -> str:
    text = json.dumps(asdict(request), ensure_ascii=False, separators=(",", ":"))
    return SCHEME + base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode()


def _unpacked(provider_id: str) -> ImageRequest:
    try:
        if not provider_id.startswith(SCHEME):
            raise ValueError(provider_id[:20])
        data = base64.urlsafe_b64decode(provider_id.removeprefix(SCHEME))
        fields = json.loads(zlib.decompressobj().decompress(data, PACKED_LIMIT))
        return ImageRequest(**(fields | {"palette": tuple(fields["palette"])}))
    except (ValueError, TypeError, KeyError, zlib.error) as error:
        raise InvalidRequest("Not a run of the offline studio.") from error
