"""What the platform's registry does not take: too long, too many hashtags, a link or a sign."""

import re
from collections.abc import Iterator

from contracts.values import CopyText
from platforms.entries import Platform
from platforms.limits import Violation, violations
from platforms.registry import UnknownEntryError, load_registry
from qa_service.domain import TEXT_FIELDS, TextField, field_text
from qa_service.rules.reading import Reading
from qa_service.rules.rule import Hit, Rule

_WAYS = {
    "x_weighted": "Xの数え方（全角は2、リンクは23）で",
    "google_width": "全角を2として",
    "yahoo_width": "全角を3として",
    "chars": "文字数で",
}
_SIGNS = {"a link": "リンク", "an @ sign": "「@」", "a # sign": "「#」"}
_MARKS = re.compile(r"(?:https?://|www\.)[^\s、。」）]+|[@＠#＃]", re.IGNORECASE)


def _check(reading: Reading) -> Iterator[Hit]:
    text = reading.words.text
    try:
        platform = load_registry().platform(reading.words.platform)
    except UnknownEntryError:
        return
    for violation in violations(text, platform):
        field = _field(text, violation)
        # An empty hashtag breaks no platform's limit, and nothing of it could be quoted.
        if quote := _quote(text, field, violation):
            yield Hit(field, quote, _why(violation, platform), _instead(violation))


def _field(text: CopyText, violation: Violation) -> TextField:
    """The part to shorten: the one the registry names, or the last of all that has text."""
    if field_text(text, violation.field):
        return violation.field
    for name in reversed(TEXT_FIELDS):
        if field_text(text, name):
            return name
    return violation.field


def _quote(text: CopyText, field: TextField, violation: Violation) -> str:
    whole = field_text(text, field)
    if violation.way == "items":
        return " ".join(text.hashtags[violation.maximum :]) if _counts_tags(violation) else _mark(whole, violation)
    if violation.way == "chars" and len(whole) == violation.counted:
        return whole[violation.maximum :]
    return whole


def _counts_tags(violation: Violation) -> bool:
    return violation.text.startswith("hashtags: ")


def _mark(whole: str, violation: Violation) -> str:
    wanted = {"a link": "htw", "an @ sign": "@＠", "a # sign": "#＃"}[_sign(violation)]
    marks = (mark[0] for mark in _MARKS.finditer(whole) if mark[0][0].lower() in wanted)
    return next(marks, whole)


def _sign(violation: Violation) -> str:
    return next(sign for sign in _SIGNS if f"has {sign}," in violation.text)


def _why(violation: Violation, platform: Platform) -> str:
    if violation.way != "items":
        over = violation.counted - violation.maximum
        how = _WAYS[violation.way]
        return f"{platform.label}の上限{violation.maximum}に対し、{how}{violation.counted}あり、{over}超えています。"
    if _counts_tags(violation):
        return f"{platform.label}のハッシュタグは{violation.maximum}個までですが、{violation.counted}個あります。"
    return f"{platform.label}のこの欄には{_SIGNS[_sign(violation)]}を入れられません。"


def _instead(violation: Violation) -> str:
    if violation.way != "items":
        return f"{violation.maximum}以内に収まるよう、言い換えるか短くしてください。"
    return "数を減らしてください。" if _counts_tags(violation) else "この部分を外してください。"


RULE = Rule(
    id="platform.text_limits",
    section="platform",
    severity="error",
    title="媒体の文字数・記号の制限",
    rationale="媒体の上限を超えた文字は入稿できないか、途中で切れて表示されます。",
    source="本製品の媒体規定台帳（各項目の出典と確認日は台帳にあります）",
    passes=("夏の髪型を動画で紹介しています。",),
    fails=("詳しくは https://example.com で見られます。", "お問い合わせは @saisei_shop まで。"),
    example_platform="tiktok",
    check_words=_check,
)
