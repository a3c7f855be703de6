"""The time of day and the season that words speak of, so that no phrase contradicts a brief."""

import re

_TIMES: tuple[dict[str, str], ...] = (
    {
        "朝": r"朝|モーニング|目覚め|一日の始まり",
        "昼": r"昼|午後|ランチ|おやつ|ティータイム|[陽日]ざし|晴れ",
        "夜": r"夜|晩|夕|ナイト|寝る前|おやすみ|一日の終わり|帰り道|月明かり",
    },
    {
        "春": r"春|桜|新生活|入学",
        "夏": r"夏|海辺|海水浴|花火|暑",
        "秋": r"秋|紅葉|月見|ハロウィン|実り",
        "冬": r"冬|クリスマス|年末|正月|新年|雪|寒",
    },
)

Times = tuple[frozenset[str], ...]


def times_in(*texts: str) -> Times:
    """Times of day, and seasons; of each, what the first text names that names any."""
    return tuple(next((named for text in texts if (named := _named(text, words))), frozenset()) for words in _TIMES)


def contradict(one: Times, other: Times) -> bool:
    """True if both name a time of day, or both a season, and none in common."""
    return any(a and b and not a & b for a, b in zip(one, other, strict=True))


def _named(text: str, words: dict[str, str]) -> frozenset[str]:
    return frozenset(time for time, pattern in words.items() if re.search(pattern, text))
