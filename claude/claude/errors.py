"""What can go wrong with words that were bought, beyond what every provider may do."""

from assets.provider_errors import ProviderError


class Truncated(ProviderError):
    """The answer hit the token ceiling before it was whole."""

    code = "TRUNCATED"


class MalformedOutput(ProviderError):
    """A whole answer came that is not the structure asked for."""

    code = "MALFORMED_OUTPUT"
