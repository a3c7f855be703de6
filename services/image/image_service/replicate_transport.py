"""One attempt per request to Replicate, with every refusal turned into a typed error.

The SDK wraps whatever transport it is given in one that re-sends GETs up to ten times and sleeps out any Retry-After,
and its own error drops that header. So errors are raised here, below that layer, where nothing can retry them.
"""

import httpx

from assets.provider_errors import (
    InvalidRequest,
    NotAuthorised,
    OutcomeUnknown,
    ProviderError,
    RefusedByProvider,
    TransientFault,
)
from assets.waiting import asked_wait

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
SAFETY_WORDS = ("nsfw", "e005", "flagged as sensitive", "safety", "content policy", "moderat")


def is_refusal(message: str) -> bool:
    """Whether the provider's words say that a safety filter stopped the run."""
    lowered = message.lower()
    return any(word in lowered for word in SAFETY_WORDS)


def error_for(response: httpx.Response, *, paid: bool) -> ProviderError:
    """The typed error of a response that has been read and is not a success."""
    status, detail = response.status_code, _detail(response)
    message = f"Replicate answered {status}: {detail}"
    if paid and status >= 500 and not _refused_by_the_api(response):
        return OutcomeUnknown(message)
    if status in (408, 425, 429) or status >= 500:
        return TransientFault(message, retry_after=asked_wait(response.headers.get("retry-after")))
    if status in (401, 402, 403):
        return NotAuthorised(message)
    return RefusedByProvider(message) if is_refusal(detail) else InvalidRequest(message)


def _refused_by_the_api(response: httpx.Response) -> bool:
    """Whether Replicate itself says that it took nothing; a gateway's error may hide an order that was taken."""
    status, problem = response.status_code, _problem(response)
    return status < 520 and status != httpx.codes.GATEWAY_TIMEOUT and isinstance(problem.get("detail"), str)


def _problem(response: httpx.Response) -> dict[str, object]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _detail(response: httpx.Response) -> str:
    problem = _problem(response)
    return str(problem.get("detail") or problem.get("title") or response.reason_phrase)[:300]


class SingleAttempt(httpx.AsyncBaseTransport):
    """Sends each request once. Raises ProviderError for anything but a 2xx answer."""

    def __init__(self, timeout_seconds: float) -> None:
        self._inner = httpx.AsyncHTTPTransport()
        self._timeout = httpx.Timeout(timeout_seconds, connect=min(5.0, timeout_seconds)).as_dict()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        paid = request.method == "POST" and request.url.path.endswith("/predictions")
        # The SDK sends a create with timeout=None, which would wait for ever.
        request.extensions["timeout"] = self._timeout
        try:
            response = await self._inner.handle_async_request(request)
            await response.aread()
        except NEVER_SENT as error:
            raise TransientFault(f"Replicate could not be reached: {error!r}") from error
        except httpx.TransportError as error:
            kind = OutcomeUnknown if paid else TransientFault
            raise kind(f"Replicate did not answer: {error!r}") from error
        if not response.is_success:
            raise error_for(response, paid=paid)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()
