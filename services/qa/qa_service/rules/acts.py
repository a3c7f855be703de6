"""お〜 and ご〜 before an act: お待ち, ご利用, お買い求め."""

from collections.abc import Sequence
from dataclasses import dataclass

from qa_service.rules.reading import Token

_PREFIXES = frozenset({"お", "ご", "御"})
_STEM_ENDS = frozenset("いきぎしじちにひびみりえけげせぜてでねへべめれ")
_HONOURED = frozenset({"覧", "越し", "見え", "求め", "休み", "召し"})
_LONGEST = 3


@dataclass(frozen=True, slots=True)
class Act:
    """`start` is where it begins among the tokens; `bare` is the act without its prefix."""

    start: int
    prefix: str
    bare: str


def act_ending_at(tokens: Sequence[Token], at: int) -> Act | None:
    """The honoured act whose last word is `tokens[at]`; None if there is no prefix or it is no act (お母さま)."""
    if at < 0:
        return None
    whole = tokens[at].surface
    if whole[0] in _PREFIXES and len(whole) > 1:
        return _act(tokens[at], at, whole[0], whole[1:])
    for first in range(at, max(0, at - _LONGEST), -1):
        prefix = tokens[first - 1].surface
        if prefix in _PREFIXES:
            return _act(tokens[at], first - 1, prefix, "".join(token.surface for token in tokens[first : at + 1]))
        if tokens[first].kind not in {"動詞", "名詞", "形容詞", "接尾辞"}:
            return None
    return None


def _act(last: Token, start: int, prefix: str, bare: str) -> Act | None:
    # お幸せになられる honours a state, not an act.
    native = last.kind == "動詞" or (bare[-1] in _STEM_ENDS and last.third != "形状詞可能")
    chinese = "サ変" in last.third
    # お before a Chinese noun is mere politeness: お洗濯, お料理.
    is_act = bare in _HONOURED or (native if prefix == "お" else native or chinese)
    return Act(start, prefix, bare) if is_act else None
