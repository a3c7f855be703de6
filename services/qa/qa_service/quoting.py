"""Whether a quote stands in a text, and as which of its own words. Pure."""

import unicodedata


class Quotable:
    """A text that is quoted from.

    White space does not count, nor do differences that compatibility normalisation takes away, such as full width and
    half width. What is found begins and ends with whole characters of the text.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._folded, self._origins = _pieces(text)

    def __len__(self) -> int:
        """How many characters count."""
        return len(self._folded)

    def find(self, quote: str) -> str | None:
        """The text's own words that the quote means; None if it has none."""
        if (exact := quote.strip()) and exact in self._text:
            return exact
        wanted = folded(quote)
        start = self._folded.find(wanted) if wanted else -1
        while start >= 0:
            end = start + len(wanted)
            if self._between(start) and self._between(end):
                return self._text[self._origins[start] : self._origins[end - 1] + 1]
            start = self._folded.find(wanted, start + 1)
        return None

    def _between(self, at: int) -> bool:
        """True where one character of the text ends and another begins, a voicing mark being part of its kana."""
        if at in (0, len(self._folded)):
            return True
        return self._origins[at - 1] != self._origins[at] and not unicodedata.combining(self._folded[at])


def folded(text: str) -> str:
    """The text without what does not count in a comparison."""
    return _pieces(text)[0]


def _pieces(text: str) -> tuple[str, list[int]]:
    """Each character decomposed on its own, so that every piece knows its place in the text."""
    pieces = [
        (piece, place)
        for place, character in enumerate(text)
        for piece in unicodedata.normalize("NFKD", character)
        if not piece.isspace()
    ]
    return "".join(piece for piece, _ in pieces), [place for _, place in pieces]
