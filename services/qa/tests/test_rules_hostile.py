"""Whatever a text consists of: no rule fails, takes long, or quotes what does not stand there."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.values import BrandProfile, Brief, Colours, CopyText, PreferredTerm, Register
from qa_service.domain import Judged, Words, field_text
from qa_service.rules.ruleset import judge

# fmt: off
PIECES = (
    "お", "ご", "御", "になられ", "ます", "です", "だ。", "である", "ください", "して", "拝見", "させて",
    "いただ", "最高", "の", "絶対に", "完全", "100%", "１００％", "No.1", "№１", "世界", "初", "一", "唯一",
    "※", "(", "）", "2026年", "調べ", "シミ", "が", "消える", "治る", "予防", "痩せ", "必ず", "儲かる",
    "月100万円", "だけで", "サーバ", "ｻｰﾊﾞ", "ー", "ﾞ", "「", "」", "。", "𠮷", "#", "＠", "https://", "\n",
    "\x00", "\u200d", "👩\u200d👩\u200d👧", " ", "\u3000",
)
LONGER = ("最高の", "必ず合", "お買い", "痩せるだけで", "シミがシミ", "世界で一番", "ください。", "だよ！", "(※", "あ")
# fmt: on
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
LIKELY = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
TEXT = st.one_of(ANY_TEXT, LIKELY)
REGISTER: st.SearchStrategy[Register] = st.sampled_from(["casual", "standard", "formal"])


def kit(text: CopyText, register: Register = "standard", term: str = "サーバ", platform: str = "tiktok") -> Judged:
    brand = BrandProfile(
        name="再生堂",
        colours=Colours(primary="#112233", accent="#445566"),
        banned_terms=("激安", term),
        preferred_terms=(PreferredTerm(use="サーバー", instead_of="サーバ"), PreferredTerm(use="", instead_of=term)),
    )
    brief = Brief(objective="awareness", product="商品", target_audience="一般", platforms=("x",))
    words = Words("copy", "0" * 64, platform, "A案", text, register)  # pyright: ignore[reportArgumentType]
    return Judged("campaign", brand, brief, (words,), ())


@settings(max_examples=300, deadline=None)
@given(headline=TEXT, body=TEXT, cta=TEXT, tag=TEXT, register=REGISTER, term=TEXT)
@example(headline="", body="", cta="", tag="", register="formal", term="")
@example(headline="\x00", body="ﾞ", cta="ー", tag="#", register="standard", term="ー")
@example(headline="ｻｰﾊﾞ", body="サーバサーバー", cta="㍿㌔", tag="ｶﾞ", register="casual", term=" ")
def test_any_text_is_judged_the_same_each_time_and_quoted_word_for_word(
    headline: str, body: str, cta: str, tag: str, register: Register, term: str
) -> None:
    text = CopyText(headline=headline, body=body, cta=cta, hashtags=(tag,))
    found = judge(kit(text, register, term))
    assert found == judge(kit(text, register, term))
    for one in found:
        assert one.quote
        assert one.quote in field_text(text, one.field)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("piece", [*PIECES, *LONGER])
def test_ten_thousand_characters_are_judged_within_two_seconds(piece: str) -> None:
    text = CopyText(headline="", body=(piece * 10_000)[:10_000], cta="")
    began = time.process_time()
    judge(kit(text, platform="youtube"))
    assert time.process_time() - began < 2


def test_more_than_the_dictionary_takes_at_once_is_read_to_its_end() -> None:
    text = CopyText(headline="", body="𠮷" * 25_000 + "。激安です。", cta="")
    assert "激安" in {one.quote for one in judge(kit(text, platform="youtube"))}


def test_threads_may_judge_at_once() -> None:
    texts = [
        CopyText(headline="激安" * n, body="シミが消える美容液です。お客様がおっしゃられる。", cta="")
        for n in range(1, 9)
    ]
    alone = [judge(kit(text)) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: judge(kit(text)), texts * 5))
    assert together == alone * 5
