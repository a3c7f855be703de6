"""How long a text is, counted each platform's own way."""

import unicodedata
import warnings
from functools import lru_cache

from platforms.entries import Banned, Counting

with warnings.catch_warnings():
    # The parser still loads pkg_resources, which warns about itself on every import.
    warnings.simplefilter("ignore")
    from twitter_text import extract_urls, parse_tweet

# Any link weighs the same on X, so one stands for all of them.
ANY_LINK = "https://example.com/"


def count(text: str, way: Counting) -> int:
    """The length of `text` by one way of counting.

    x_weighted: X's own parser; a Japanese character 2, a whole emoji 2, a link 23.
    google_width, yahoo_width: a full-width character 2 or 3, any other 1.
    chars: Unicode code points. No platform publishes how it counts emoji sequences, so this and the widths count
    every code point of one and err on the high side.
    """
    match way:
        case "x_weighted":
            return _x_weight(text)
        case "google_width":
            return _width(text, full=2)
        case "yahoo_width":
            return _width(text, full=3)
        case "chars":
            return len(text)


def occurrences(text: str, banned: Banned) -> int:
    """How many links, @ or # (also full-width) stand in `text`."""
    match banned:
        case "link":
            return len(extract_urls(text))
        case "at_sign":
            return text.count("@") + text.count("＠")
        case "hash_sign":
            return text.count("#") + text.count("＃")


@lru_cache(maxsize=64)
def _x_weight(text: str) -> int:
    """Whoever composes a text tries it in many compositions of the same phrases, and the parser is slow."""
    return parse_tweet(text).weightedLength


def _width(text: str, *, full: int) -> int:
    return sum(full if _is_full_width(char) else 1 for char in text)


def _is_full_width(char: str) -> bool:
    # "A" (ambiguous) holds signs such as … ① ×, which are full-width in Japanese text. Invisible joiners and marks
    # count 1 whatever the Unicode version of this Python calls them.
    return unicodedata.east_asian_width(char) in "WFA" and unicodedata.category(char) not in {"Cf", "Mn"}
