"""What can go wrong with pictures that were bought, beyond what every provider may do."""

from assets.provider_errors import ProviderError


class OutputExpired(ProviderError):
    """The picture was made and charged, but the provider no longer keeps it: only a new run brings one."""

    code = "OUTPUT_EXPIRED"


class UntrustworthyOutput(ProviderError):
    """What the output address served is not a picture that may be let in: type, size, address or content."""

    code = "UNTRUSTWORTHY_OUTPUT"


class RunFailed(ProviderError):
    """The provider ended the run without a picture, for a reason of its own."""

    code = "RUN_FAILED"
