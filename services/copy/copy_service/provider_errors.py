"""What can go wrong when words are bought. One base; each error says what the caller should do."""

from typing import ClassVar, Literal

from copy_service.copywriter import Spent

Remedy = Literal["retry", "reject", "tell_user", "ask_person"]


class ProviderError(Exception):
    """The copywriter gave no usable text.

    `remedy`: retry — the same call may succeed soon; reject — the same request will fail again; tell_user — a
    person must change the request or the set-up; ask_person — money may be spent, a person decides (SPEND_UNKNOWN).
    `spent` is what the attempt cost, if the provider said so.
    """

    remedy: ClassVar[Remedy]

    def __init__(self, message: str, *, spent: Spent | None = None) -> None:
        super().__init__(message)
        self.spent = spent


class TransientFault(ProviderError):
    """Rate limited, overloaded or not reached: nothing was charged. `retry_after` is in seconds, if they said."""

    remedy = "retry"

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Refused(ProviderError):
    """The model declined to write this (stop reason `refusal`)."""

    remedy = "tell_user"


class Truncated(ProviderError):
    """The answer hit the token ceiling before it was whole."""

    remedy = "reject"


class InvalidRequest(ProviderError):
    """The provider does not take this request as it is."""

    remedy = "tell_user"


class NotAuthorised(ProviderError):
    """The key is wrong, may not use the model, or may not spend any more."""

    remedy = "tell_user"


class OutcomeUnknown(ProviderError):
    """The request was sent and no readable answer came: it may have been charged."""

    remedy = "ask_person"


class MalformedOutput(ProviderError):
    """A whole answer came that is not the structure asked for."""

    remedy = "reject"
