"""What a sentence or a button asks the reader to do, so that the end of a text and its button never ask two things."""

import re
from collections.abc import Iterable
from functools import lru_cache

_ASKED: dict[str, str] = {
    "befriend": r"友だち追加",
    "subscribe": r"チャンネル登録",
    "watch": r"動画",
    "book": r"予約|空き|試乗(ください|して)|ご試乗|お越し|来場を|会場で|会いに来",
    "apply": r"申し込|今すぐ始める|^始めてみる$",
    "buy": r"購入|買っ|注文|ほしくなったら|お求め",
    "try": r"お?試し",
    "look": r"ご覧|見(る|て|に)|のぞ|チェック|確かめ|比べ|くらべ|もっと知る|ご案内へ|詳しく|くわし|詳細",
}
_GOES_WITH: dict[str, frozenset[str]] = {
    "book": frozenset({"book"}),
    "apply": frozenset({"apply", "try"}),
    "buy": frozenset({"buy", "try"}),
    "look": frozenset({"look"}),
    "befriend": frozenset({"befriend"}),
    "subscribe": frozenset({"subscribe"}),
    "watch": frozenset({"watch"}),
}


@lru_cache(maxsize=1024)
def asked(text: str) -> frozenset[str]:
    """The actions that a text asks for; empty if it asks for none."""
    return frozenset(action for action, pattern in _ASKED.items() if re.search(pattern, text))


def agree(endings: Iterable[str], cta: str) -> bool:
    """True if none of the sentences that end a text asks for something else than its button offers."""
    offered = asked(cta)
    # A button that shows the product leads to buying it as well.
    if "商品" in cta:
        offered |= {"buy"}
    fitting = frozenset(action for one in offered for action in _GOES_WITH.get(one, frozenset()))
    return all(not wanted or wanted & fitting for wanted in map(asked, endings))
