"""What a reader of a whole campaign notices: words and sentences said twice, a button that asks something else."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise, product
from typing import get_args

import pytest

from contracts.values import VARIANT_LABELS, CopyText, PlatformName, Register
from copy_service.actions import agree, asked
from copy_service.copywriter import CopyRequest
from copy_service.offline import OfflineCopywriter
from copy_service.phrasebook import BOOKS
from copy_service.phrasebook.categories import CATEGORIES
from copy_service.phrasebook.foods import FOOD
from copy_service.phrasebook.model import OBJECTIVES, Objective
from copy_service.repetition import content_words, sentences

Ask = Callable[..., CopyRequest]
REGISTERS: tuple[Register, ...] = get_args(Register)
THREE: tuple[PlatformName, ...] = ("instagram", "x", "line")
PRODUCTS = (
    "宇治抹茶ラテ", "深煎り珈琲豆", "瀬戸内塩パン", "苺の大福", "旬の味噌", "白椿の美容液", "リネンシャツ",
    "季節の花束",
    "山あいの温泉宿", "海辺のホテル", "はじめての金継ぎ講座", "書きこむ手帳", "卓上加湿器", "かんたん会計アプリ",
    "瞑想アプリ", "軽EV「ことり」試乗会", "木の家の見学会", "木のうつわ", "ひばり銀行の積立プラン",
)  # fmt: skip
BRAND = "ひばり堂"
TABLE_AND_BREAK = re.compile(r"テーブル|食卓|カップ|器を|ひと息|ほっと|がんばっ|肩の力|ソファ|深呼吸|後回し|ごろごろ")


async def _campaign(
    writer: OfflineCopywriter, ask: Ask, platforms: tuple[PlatformName, ...], **fields: object
) -> dict[tuple[PlatformName, str], CopyText]:
    """Every variant as it comes when all are written at the same time, none knowing the others."""
    wanted = enumerate(product(platforms, VARIANT_LABELS))
    return {
        (platform, label): (
            await writer.write(
                ask(platform=platform, variant_label=label, seed=n * 7919, platforms=platforms, name=BRAND, **fields)
            )
        ).copy
        for n, (platform, label) in wanted
    }


def _repeated(texts: Iterable[str]) -> list[str]:
    said = Counter(texts)
    return [text for text, times in said.items() if times > 1]


@pytest.mark.parametrize("named", PRODUCTS)
async def test_neighbouring_sentences_share_no_verb_and_no_content_word(
    offline_copywriter: OfflineCopywriter, ask: Ask, named: str
) -> None:
    for register, objective in product(REGISTERS, OBJECTIVES):
        kit = await _campaign(
            offline_copywriter,
            ask,
            THREE,
            product=named,
            register=register,
            objective=objective,
            brand_values=("安全",),
        )
        for copy in kit.values():
            plain = copy.body.replace(named, " ").replace(BRAND, " ").replace("「安全」", " ")
            for one, other in pairwise(sentences(plain)):
                assert not content_words(one) & content_words(other), copy.body


@pytest.mark.parametrize("named", ["宇治抹茶ラテ", "書きこむ手帳", "軽EV「ことり」試乗会"])
@pytest.mark.parametrize("register", REGISTERS)
async def test_no_sentence_and_no_headline_stands_twice_in_a_campaign_of_three_platforms(
    offline_copywriter: OfflineCopywriter, ask: Ask, register: Register, named: str
) -> None:
    for objective in OBJECTIVES:
        kit = await _campaign(offline_copywriter, ask, THREE, product=named, register=register, objective=objective)
        said = [sentence for copy in kit.values() for sentence in sentences(copy.body)]
        assert _repeated(said) == []
        assert _repeated(copy.headline for copy in kit.values()) == []


@pytest.mark.parametrize("register", REGISTERS)
async def test_end_of_a_text_and_its_button_ask_for_the_same(
    offline_copywriter: OfflineCopywriter, ask: Ask, register: Register
) -> None:
    for named, objective in product(("宇治抹茶ラテ", "海辺のホテル", "瞑想アプリ", "軽EV「ことり」試乗会"), OBJECTIVES):
        kit = await _campaign(offline_copywriter, ask, THREE, product=named, register=register, objective=objective)
        for copy in kit.values():
            assert agree(sentences(copy.body)[-1:], copy.cta), copy


def test_button_that_befriends_never_follows_a_call_to_look() -> None:
    assert not agree(["少しでも気になったら、ぜひご覧ください。"], "友だち追加")
    assert agree(["友だち追加も、お待ちしています。"], "友だち追加")
    assert agree(["ご購入は、こちらからどうぞ。"], "商品を見る")
    assert not agree(["ご購入は、こちらからどうぞ。"], "友だち追加")


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("register", REGISTERS)
def test_every_button_says_what_it_asks_for(register: Register, objective: Objective) -> None:
    own = [getattr(category, register).ctas for category in (*CATEGORIES, FOOD)]
    buttons = [line.text for line in BOOKS[register].ctas if objective in line.objectives]
    assert [text for text in (*buttons, *sum(own, ())) if not asked(text) or len(text) > 10] == []


@pytest.mark.parametrize("register", REGISTERS)
@pytest.mark.parametrize("named", ["軽EV「ことり」試乗会", "木のうつわ研ぎ直し道具", "ひばり銀行の積立プラン"])
async def test_what_is_no_food_and_no_stay_speaks_of_no_table_and_no_break(
    offline_copywriter: OfflineCopywriter, ask: Ask, named: str, register: Register
) -> None:
    for objective in OBJECTIVES:
        kit = await _campaign(offline_copywriter, ask, THREE, product=named, register=register, objective=objective)
        for copy in kit.values():
            assert not TABLE_AND_BREAK.search(copy.headline + copy.body), copy


@pytest.mark.parametrize("register", REGISTERS)
async def test_test_drive_is_booked_and_never_bought(
    offline_copywriter: OfflineCopywriter, ask: Ask, register: Register
) -> None:
    kit = await _campaign(
        offline_copywriter, ask, THREE, product="軽EV「ことり」", register=register, mood_tags=("朝", "都市")
    )
    assert {copy.cta for copy in kit.values()} <= {"試乗を予約する", "試乗のご予約へ", "詳細を見る"}
    assert sum("試乗" in copy.cta for copy in kit.values()) >= 6
    assert sum("試乗" in copy.body for copy in kit.values()) >= 3


@pytest.mark.parametrize("register", REGISTERS)
def test_no_value_is_called_a_watchword_or_what_a_brand_is_like(register: Register) -> None:
    assert not re.search("合言葉|らしさ", "".join(line.text for line in BOOKS[register].values))
