"""What each of the Anthropic SDK's errors means for money and for a retry."""

import anthropic
import httpx2

from assets.provider_errors import InvalidRequest, NotAuthorised, OutcomeUnknown, ProviderError, TransientFault
from assets.waiting import asked_wait

# Raised before the request left: the provider cannot have seen it.
_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)
_OVER_BUDGET = (
    anthropic.ContractSpendLimitReachedError,
    anthropic.EnforcedSpendLimitReachedError,
    anthropic.OrganizationOnHoldError,
)
_NOT_ALLOWED = (anthropic.AuthenticationError, anthropic.PermissionDeniedError, anthropic.PaymentRequiredError)
# Conflict and request timeout stand here, not below: their work was not begun and asking again is right.
_ASK_AGAIN = (anthropic.RateLimitError, anthropic.ConflictError, anthropic.RequestTimeoutError)


def fault_of(error: anthropic.AnthropicError) -> ProviderError:
    """Our error for one of the SDK's. What cannot be shown to be free counts as possibly charged."""
    if isinstance(error, anthropic.APIStatusError):
        return _by_status(error)
    if isinstance(error, anthropic.CredentialsError):
        return NotAuthorised(str(error))
    if isinstance(error, anthropic.APIConnectionError) and isinstance(error.__cause__, _NEVER_SENT):
        return TransientFault("the provider could not be reached")
    return OutcomeUnknown("the request was sent and no answer came")


def _by_status(error: anthropic.APIStatusError) -> ProviderError:
    said = f"{error.status_code} {error.api_message or 'no explanation'} (request {error.request_id or 'unknown'})"
    if isinstance(error, (*_OVER_BUDGET, *_NOT_ALLOWED)):
        return NotAuthorised(said)
    if error.status_code >= 500 and error.type is None:
        # A proxy's 502 or 503, not the API's own word: the model may be at work behind it.
        return OutcomeUnknown(said)
    if error.status_code >= 500 or isinstance(error, _ASK_AGAIN):
        return TransientFault(said, retry_after=asked_wait(error.response.headers.get("retry-after")))
    return InvalidRequest(said)
