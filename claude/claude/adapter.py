"""What every adapter says of itself that buys its answers from Claude."""

from claude.client import Claude


class ClaudeAdapter:
    """One use of Claude; `usual_tokens` are those of the question and of the answer with the thinking before it."""

    name = "anthropic"
    offline = False
    usual_tokens: tuple[int, int]

    def __init__(self, claude: Claude) -> None:
        self._claude = claude
        self.model = claude.model

    async def aclose(self) -> None:
        """Close the connections."""
        await self._claude.aclose()

    def estimate_yen(self) -> int:
        """What one call usually costs, in yen, rounded up."""
        return self._claude.cost(*self.usual_tokens).yen

    def estimate_usd_micros(self) -> int:
        """The same in millionths of a dollar."""
        return self._claude.cost(*self.usual_tokens).usd_micros
