"""What can go wrong when something is bought from a provider, under one set of codes for all that are bought.

What a caller does follows from the type: a TransientFault is sat out inside the same execution, an OutcomeUnknown is
looked into and then left to a person, every other one fails the job.
"""

from dataclasses import dataclass
from typing import ClassVar

from assets.money import UNCOUNTED, Units

SPEND_UNKNOWN = "SPEND_UNKNOWN"


@dataclass(frozen=True, slots=True)
class Spent:
    """What one answered call cost, rounded up, what it was charged by, and the provider's id of it."""

    provider_id: str | None
    cost_yen: int
    cost_usd_micros: int = 0
    units: Units = UNCOUNTED


class ProviderError(Exception):
    """Base of everything that a provider's adapter raises. `code` is stable and goes into the job's record.

    `spent` is what the attempt cost, if the provider said so.
    """

    code: ClassVar[str]

    def __init__(self, message: str, *, spent: Spent | None = None) -> None:
        super().__init__(message)
        self.spent = spent


class TransientFault(ProviderError):
    """Throttled, overloaded or not reached, and nothing was charged. `retry_after` is in seconds, if they said."""

    code = "PROVIDER_UNAVAILABLE"

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RefusedByProvider(ProviderError):
    """The provider's safety filter or the model itself declined: a person has to ask for something else."""

    code = "REFUSED_BY_PROVIDER"


class InvalidRequest(ProviderError):
    """The provider does not take this request as it is: the same one will never work."""

    code = "INVALID_REQUEST"


class NotAuthorised(ProviderError):
    """The key is wrong, lacks credit, or may not do this: no job will do better until an operator acts."""

    code = "PROVIDER_NOT_AUTHORISED"


class OutcomeUnknown(ProviderError):
    """The request was sent and no readable answer came: it may have been charged. Never just resend it."""

    code = SPEND_UNKNOWN
