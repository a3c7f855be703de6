"""What can go wrong at an image provider, each kind saying what its caller should do about it.

`action` is the whole advice: `retry` inside the same execution (bounded), `fail` the job, `fix_settings` because no
other job will do better until an operator acts, or `reconcile` because money may have been spent unseen.
"""

from typing import ClassVar, Literal

Action = Literal["retry", "fail", "fix_settings", "reconcile"]


class ProviderError(Exception):
    """Base of everything a provider adapter raises. `code` is stable and goes into the job's record."""

    action: ClassVar[Action] = "fail"
    code: ClassVar[str] = "PROVIDER_ERROR"


class TransientFault(ProviderError):
    """429, 5xx or a timeout that cannot have cost anything: try again, after `retry_after` seconds if it is set."""

    action = "retry"
    code = "PROVIDER_UNAVAILABLE"

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RefusedByProvider(ProviderError):
    """The provider's safety filter refused the prompt or the picture: a person has to change the prompt."""

    code = "REFUSED_BY_PROVIDER"


class InvalidRequest(ProviderError):
    """The provider does not accept these parameters (422): the same request will never work."""

    code = "INVALID_REQUEST"


class NotAuthorised(ProviderError):
    """401, 402 or 403: the token, its credit or its rights. An operator has to act."""

    action = "fix_settings"
    code = "PROVIDER_NOT_AUTHORISED"


class OutputExpired(ProviderError):
    """The picture was made and charged, but the provider no longer keeps it: only a new run brings one."""

    code = "OUTPUT_EXPIRED"


class OutcomeUnknown(ProviderError):
    """The request was sent and no answer came: it may have been charged. Look for the run, never just resend."""

    action = "reconcile"
    code = "SPEND_UNKNOWN"


class UntrustworthyOutput(ProviderError):
    """What the output address served is not a picture that may be let in: type, size, address or content."""

    code = "UNTRUSTWORTHY_OUTPUT"


class RunFailed(ProviderError):
    """The provider ended the run without a picture, for a reason of its own."""

    code = "RUN_FAILED"
