"""The reviewer that needs no network: deterministic, free, and modest. It says only what it can be sure of."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from assets.provider_errors import Spent
from qa_service.domain import Words
from qa_service.quoting import folded
from qa_service.reviewer import Claim, Reviewed, ReviewRequest

CHECKLIST = "checklist/1"

_POLITE = re.compile(r"(です|ます|ました|ません|でした|ましょう|でしょう|ください|くださいませ)(か|ね|よ|よね)?$")
_PLAIN = re.compile(r"(だ|だよ|だね|かも|てみて|てね|しよう|してみない|じゃない|よね)$")
# Signs that may follow a sentence, whatever it ends in.
_AFTER = " 　♪〜~…)）」』"
_SENTENCE = re.compile(r"[^。．!！?？\n]+")
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龯]")
_ACTION = re.compile(
    r"([うくぐすつぬぶむる]|て|で|よう|ください|こちら|へ)$|購入|注文|予約|登録|申し?込|追加|確認|チェック|検索|体験|視聴|"
    r"応募|参加|相談|問い?合わせ|見学|試乗|お?試し|ダウンロード|フォロー|詳細|詳しく|くわしく"
)


class OfflineReviewer:
    """Reads the words alone: variants against one another, and a button against its text."""

    name = "offline"
    offline = True
    model = CHECKLIST

    def estimate_yen(self) -> int:
        """Nothing is charged."""
        return 0

    def estimate_usd_micros(self) -> int:
        """Nothing either."""
        return 0

    async def review(self, request: ReviewRequest) -> Reviewed:
        """Never fails."""
        return Reviewed(tuple(_claims(request.judged.words)), Spent(None, 0))

    async def aclose(self) -> None:
        """Nothing is open."""


def _claims(words: Sequence[Words]) -> Iterator[Claim]:
    by_platform: dict[str, list[Words]] = defaultdict(list)
    for one in words:
        by_platform[one.platform].append(one)
        yield from _of_button(one)
    for variants in by_platform.values():
        yield from _of_repetition(variants)
        yield from _of_register(variants)


def _of_button(one: Words) -> Iterator[Claim]:
    headline, cta = folded(one.text.headline), folded(one.text.cta)
    if cta and cta == headline:
        yield Claim(
            "platform", one.asset_id, "cta", "headline_repeats_cta", "warning", one.text.cta,
            "見出しとボタンが同じ言葉のため、押すと何が起きるのかが伝わりません。",
            "ボタンには「詳しく見る」のように、押した先でできることを書いてください。",
        )  # fmt: skip
    elif _JAPANESE.search(cta) and not _ACTION.search(cta):
        yield Claim(
            "platform", one.asset_id, "cta", "weak_cta", "warning", one.text.cta,
            "ボタンに動作を表す言葉がなく、押すと何ができるのかがわかりません。",
            "「詳しく見る」「予約する」のように、動作で終わる言葉にしてください。",
        )  # fmt: skip


def _of_repetition(variants: Sequence[Words]) -> Iterator[Claim]:
    """Headlines that an earlier variant of the platform has too."""
    first: dict[str, Words] = {}
    for one in variants:
        earlier = first.setdefault(folded(one.text.headline), one)
        if earlier is not one and one.text.headline:
            yield Claim(
                "platform", one.asset_id, "headline", "repeated_headline", "warning", one.text.headline,
                f"{earlier.variant_label}と見出しが同じため、案を分けた意味がなくなっています。",
                "切り口を変えた見出しに書き直してください。",
            )  # fmt: skip


def _of_register(variants: Sequence[Words]) -> Iterator[Claim]:
    """Variants that speak otherwise than they should, where another one of the platform shows how."""
    styled = [(one, style) for one in variants if (style := _style(one.text.body))]
    if len({polite for _, (polite, _) in styled}) == 1:
        return
    for one, (polite, sentence) in styled:
        if polite and one.register == "casual":
            yield _drift(one, sentence, "ほかの案は友達口調なのに、この案は敬語で書かれています。", "話しかける口調")
        elif not polite and one.register != "casual":
            yield _drift(one, sentence, "ほかの案は敬語なのに、この案は友達口調で書かれています。", "「です」「ます」")


def _drift(one: Words, sentence: str, description: str, ending: str) -> Claim:
    suggestion = f"ブランドの文体に合わせて、文末を{ending}に直してください。"
    return Claim("keigo", one.asset_id, "body", "register_drift", "warning", sentence, description, suggestion)


def _style(body: str) -> tuple[bool, str] | None:
    """Whether the text is polite or plain throughout, with a sentence that shows it; None if neither, or both."""
    sentences = [found.group().strip().rstrip(_AFTER) for found in _SENTENCE.finditer(body)]
    polite = [one for one in sentences if _POLITE.search(one)]
    plain = [one for one in sentences if _PLAIN.search(one) and one not in polite]
    if bool(polite) == bool(plain):
        return None
    return bool(polite), (polite or plain)[0]
