"""What one paid call is expected to cost, by the word of whoever would make it; the bill is the ledger's."""

from collections.abc import Iterable

from contracts.values import JobKind
from gateway.problems import ProblemError
from gateway.projection.state import AssetState, GeneratorState
from gateway.readmodel.standing import PAID


class Prices:
    """Yen for one call of each paid kind, and whether it is one: an offline twin's is none.

    Who made the current version does not matter: the next may be made by somebody else. Raises ProblemError 503
    `price-unknown` for a paid kind whose generator was not heard of yet, rather than tell a price that nobody gave.
    """

    def __init__(self, generators: Iterable[GeneratorState]) -> None:
        self._generators = {generator.kind: generator for generator in generators}

    def is_paid_call(self, asset: AssetState) -> bool:
        """True when regenerating an asset would call a paid provider now."""
        return asset.kind in PAID and not self._generator(asset.kind).offline

    def estimate(self, asset: AssetState) -> int:
        """Yen to regenerate an asset once; nothing when no paid call is made."""
        return self._generator(asset.kind).yen_per_call if self.is_paid_call(asset) else 0

    def review(self) -> int | None:
        """Yen for one review of a kit; 0 while an offline twin stands in, None while nobody has told."""
        generator = self._generators.get("qa")
        if generator is None:
            return None
        return 0 if generator.offline else generator.yen_per_call

    def _generator(self, kind: JobKind) -> GeneratorState:
        if kind not in self._generators:
            detail = f"what a job of kind {kind} costs is not known yet: the service that makes it has not started"
            headers = {"Retry-After": "5"}
            raise ProblemError(503, detail, type_="price-unknown", title="Price unknown", headers=headers)
        return self._generators[kind]
