"""禁則処理: which character may stand beside a line break. Classes are JLREQ's (JIS X 4051), by name and number."""

import re
import unicodedata

OPENING_BRACKETS = frozenset("‘“（〔［｛〈《「『【⦅〘〖«〝([{｢")  # cl-01
CLOSING_BRACKETS = frozenset("’”）〕］｝〉》」』】⦆〙〗»〟)]}｣")  # cl-02
HYPHENS = frozenset("‐〜～゠–")  # cl-03
DIVIDING_PUNCTUATION_MARKS = frozenset("！？‼⁇⁈⁉!?")  # cl-04
MIDDLE_DOTS = frozenset("・：；:;･")  # cl-05
FULL_STOPS = frozenset("。．.｡")  # cl-06
COMMAS = frozenset("、，,､")  # cl-07
INSEPARABLE_CHARACTERS = frozenset("—―─…‥〳〴〵")  # cl-08
ITERATION_MARKS = frozenset("ヽヾゝゞ々〻")  # cl-09
PROLONGED_SOUND_MARKS = frozenset("ーｰ")  # cl-10
SMALL_KANA = frozenset(  # cl-11
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿｧｨｩｪｫｬｭｮｯ"
)
PREFIXED_ABBREVIATIONS = frozenset("￥＄￡＃€№¥$£#")  # cl-12
POSTFIXED_ABBREVIATIONS = frozenset("°′″℃￠％‰%")  # cl-13

NOT_AT_LINE_START = (
    CLOSING_BRACKETS
    | HYPHENS
    | DIVIDING_PUNCTUATION_MARKS
    | MIDDLE_DOTS
    | FULL_STOPS
    | COMMAS
    | ITERATION_MARKS
    | PROLONGED_SOUND_MARKS
    | SMALL_KANA
    | POSTFIXED_ABBREVIATIONS
)
NOT_AT_LINE_END = OPENING_BRACKETS | PREFIXED_ABBREVIATIONS
PAUSES = DIVIDING_PUNCTUATION_MARKS | FULL_STOPS | COMMAS | INSEPARABLE_CHARACTERS

_SPACES = frozenset(" \u3000")
_COUNTERS = "円年月日個本枚名人時分秒回歳倍割点件台週泊着色種袋缶箱度位周号店冊杯組才代期"
_WESTERN_WORD = re.compile(r"[!-~À-ɏ０-９Ａ-Ｚａ-ｚ]+")  # cl-24 grouped numerals, cl-27 Western characters
_QUANTITY = re.compile(
    r"[￥＄¥$]?[0-9０-９][0-9０-９.,．，:：]*[十百千万億兆]*(?:ヶ月|か月|カ月|時間|分間|日間|年間|週間|["
    + _COUNTERS
    + "])?"
)
_DAY = re.compile(r"[0-9０-９]{1,2}月[0-9０-９]{1,2}日")


def unbreakable_positions(text: str) -> frozenset[int]:
    """Indices inside a Western word, a number with its counter (「3,980円」) or a date: no line may break there."""
    spans = [match.span() for pattern in (_WESTERN_WORD, _QUANTITY, _DAY) for match in pattern.finditer(text)]
    return frozenset(index for start, end in spans for index in range(start + 1, end))


def break_is_allowed(before: str, after: str) -> bool:
    """Whether a line may end with the character `before` and the next one start with `after`."""
    if after in NOT_AT_LINE_START or after in _SPACES or unicodedata.category(after).startswith("M"):
        return False
    if before in NOT_AT_LINE_END:
        return False
    return not (before in INSEPARABLE_CHARACTERS and after in INSEPARABLE_CHARACTERS)


def allowed_breaks(text: str) -> list[int]:
    """All indices at which 禁則 lets a line break, in order."""
    closed = unbreakable_positions(text)
    return [i for i in range(1, len(text)) if i not in closed and break_is_allowed(text[i - 1], text[i])]
