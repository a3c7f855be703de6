"""What a product is, the words for it, and that they contradict neither the brief nor one another."""

import re
from collections.abc import Callable, Iterator
from string import Formatter
from typing import get_args

import pytest

from contracts.values import VARIANT_LABELS, CopyText, PlatformName, Register
from copy_service.copywriter import ANGLES, CopyRequest
from copy_service.offline import OfflineCopywriter
from copy_service.phrasebook.care import COSMETICS, FASHION
from copy_service.phrasebook.categories import CATEGORIES, category_of
from copy_service.phrasebook.drinks import COFFEE, TEA
from copy_service.phrasebook.foods import BREAD, FOOD, SWEETS
from copy_service.phrasebook.going_out import LEARNING
from copy_service.phrasebook.model import Category, Words
from copy_service.phrasebook.products import kind_of
from copy_service.phrasebook.screens import APP, ONSEN
from copy_service.phrasebook.times import contradict, times_in
from copy_service.phrasebook.tools import APPLIANCE, OFFICE, STATIONERY
from copy_service.phrasebook.visits import CAR, EVENT

Ask = Callable[..., CopyRequest]
ALL = (*CATEGORIES, FOOD)
REGISTERS: tuple[Register, ...] = get_args(Register)
PLATFORMS: tuple[PlatformName, ...] = ("instagram", "x", "facebook", "line", "rakuten")
CLAIMS = re.compile(r"最高|最上|最大|最安|日本一|世界一|一番|いちばん|絶対|必ず|完璧|究極|治|効|改善|予防|痩|若返|初の")
EFFICACY = re.compile(r"うるお|潤|ハリ|美白|透明感|シミ|しわ|シワ|たるみ|毛穴|浸透|すこやか|やさしい肌|素肌")
POLITE_END = re.compile(r"((です|ます|ました|ません)(か|ね)?|ください|ように|どうぞ|どうぞお楽しみに|でしょうか)$")
POLITE = re.compile(r"です|ます|ません|ください|ございま|いただ")


def _words(category: Category, register: Register) -> Words:
    return {"casual": category.casual, "standard": category.standard, "formal": category.formal}[register]


def _sentences(register: Register) -> Iterator[str]:
    for category in ALL:
        words = _words(category, register)
        yield from (text for texts in words.openings.values() for text in texts)
        yield from (*words.details, *words.closings, *words.returning)


@pytest.mark.parametrize(
    ("product", "category"),
    [
        ("深煎り珈琲豆", COFFEE),
        ("珈琲ドリップバッグ", COFFEE),
        ("宇治抹茶ラテ", TEA),
        ("コーヒーゼリー", SWEETS),
        ("コーヒーメーカー", APPLIANCE),
        ("瀬戸内塩パン", BREAD),
        ("鉄のフライパン", None),
        ("リネンのワイドパンツ", FASHION),
        ("白椿の美容液", COSMETICS),
        ("山あいの温泉宿 一泊二食プラン", ONSEN),
        ("かんたん会計アプリ", OFFICE),
        ("瞑想アプリ", APP),
        ("システム手帳", STATIONERY),
        ("はじめての金継ぎ講座", LEARNING),
        ("新宿の駐車場", None),
        ("軽EV「ことり」試乗会", CAR),
        ("新茶の試飲会", EVENT),
    ],
)
def test_head_of_the_name_says_what_a_product_is(product: str, category: Category | None) -> None:
    assert category_of(product, "") is category


@pytest.mark.parametrize(
    ("product", "kind"),
    [
        ("温泉まんじゅう詰め合わせ", "food"),
        ("ホテルメイドのケーキ（6個入り）", "food"),
        ("旅館の朝食味噌 3袋セット", "food"),
        ("スパイスカレー", "food"),
        ("ホテルのアフタヌーンティー", "booking"),
        ("温泉宿の朝食プラン", "booking"),
        ("温泉と地酒の宿", "booking"),
        ("お菓子づくり体験", "booking"),
        ("コーヒー定期便", "service"),
        ("新茶の試飲会", "visit"),
    ],
)
def test_word_that_a_name_ends_with_says_whether_it_is_bought_or_booked(product: str, kind: str) -> None:
    assert kind_of(product) == kind


def test_direction_tells_only_where_the_name_does_not() -> None:
    assert category_of("手帳", "コーヒーを飲みながら") is STATIONERY
    assert category_of("朝のブレンド", "コーヒーの香り") is COFFEE


@pytest.mark.parametrize("register", REGISTERS)
def test_category_words_keep_their_register_and_make_no_claim(register: Register) -> None:
    texts = list(_sentences(register))
    assert all(text.endswith(("。", "？")) for text in texts)
    assert {name for text in texts for _, name, _, _ in Formatter().parse(text) if name} <= {"brand"}
    assert [text for text in texts if CLAIMS.search(text)] == []
    wrong = [text for text in texts if bool(POLITE.search(text)) and register == "casual"]
    wrong += [text for text in texts if register != "casual" and not POLITE_END.search(text.rstrip("。？"))]
    assert wrong == []


@pytest.mark.parametrize("category", ALL, ids=lambda category: category.hashtag)
def test_every_category_has_four_details_and_headlines_that_fit_twenty(category: Category) -> None:
    for register in REGISTERS:
        words = _words(category, register)
        assert len(words.details) == 4
        assert set(words.openings) == set(ANGLES)
        assert all(len(text) <= 20 for text in (*words.questions, *sum(category.headlines.values(), ())))
        assert not POLITE.search("".join(sum(category.headlines.values(), ())))


def test_cosmetics_say_nothing_of_what_they_do_to_the_skin() -> None:
    every = [text for register in REGISTERS for text in (*_words(COSMETICS, register).details,)]
    every += [
        text for register in REGISTERS for texts in _words(COSMETICS, register).openings.values() for text in texts
    ]
    assert not EFFICACY.search("".join((*every, *sum(COSMETICS.headlines.values(), ()))))


async def _kit(writer: OfflineCopywriter, ask: Ask, platform: PlatformName, **fields: object) -> list[CopyText]:
    """The four variants as they come when they are written at the same time, none knowing the others."""
    requests = [
        ask(platform=platform, variant_label=label, seed=n * 7919, platforms=PLATFORMS, **fields)
        for n, label in enumerate(VARIANT_LABELS, len(platform))
    ]
    return [(await writer.write(request)).copy for request in requests]


@pytest.mark.parametrize("register", REGISTERS)
@pytest.mark.parametrize("product", ["深煎り珈琲豆", "宇治抹茶ラテ", "瀬戸内塩パン", "白椿の美容液", "書きこむ手帳"])
async def test_bodies_say_what_the_product_is_like(
    offline_copywriter: OfflineCopywriter, ask: Ask, product: str, register: Register
) -> None:
    category = category_of(product, "")
    assert category
    kit = [
        text
        for each in PLATFORMS
        for text in await _kit(offline_copywriter, ask, each, product=product, register=register)
    ]
    words = _words(category, register)
    # Each of its eight sentences serves once, and some give way to the product's name where they would repeat a word.
    own = [*words.details, *(text.split("{brand}")[0] for texts in words.openings.values() for text in texts)]
    assert sum(any(text in each.body for text in own if text) for each in kit) >= 5


@pytest.mark.parametrize("register", REGISTERS)
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"mood_tags": ("夜", "秋")}, r"朝|午後|春|夏|冬|陽ざし"),
        ({"creative_direction": "冬の朝に"}, r"夜|夕|一日の終わり|午後|春|夏|秋"),
        ({"mood_tags": ("夜",), "direction": "春の朝"}, r"夜|夕|一日の終わり|午後|夏|秋|冬"),
    ],
)
async def test_no_text_speaks_of_another_time_than_the_brief(
    offline_copywriter: OfflineCopywriter, ask: Ask, fields: dict[str, object], wrong: str, register: Register
) -> None:
    for product in ("珈琲豆", "木のうつわ"):
        for platform in PLATFORMS:
            for text in await _kit(offline_copywriter, ask, platform, product=product, register=register, **fields):
                assert not re.search(wrong, text.headline + text.body), text


def test_times_contradict_only_where_both_name_one() -> None:
    night, morning, autumn = (times_in(text) for text in ("静かな夜", "晴れた朝の食卓", "秋の楽しみ"))
    assert contradict(night, morning)
    assert not contradict(night, autumn)
    assert not contradict(times_in("なんでもない日"), night)
    assert not contradict(times_in("春夏秋冬"), autumn)


@pytest.mark.parametrize("register", REGISTERS)
async def test_a_label_rarely_has_the_same_headline_on_two_platforms(
    offline_copywriter: OfflineCopywriter, ask: Ask, register: Register
) -> None:
    kits = [await _kit(offline_copywriter, ask, each, product="宇治抹茶ラテ", register=register) for each in PLATFORMS]
    for label in range(4):
        assert len({kit[label].headline for kit in kits}) >= len(PLATFORMS) - 1


@pytest.mark.parametrize("register", REGISTERS)
async def test_no_sentence_stands_in_three_of_four_variants(
    offline_copywriter: OfflineCopywriter, ask: Ask, register: Register
) -> None:
    for platform in ("instagram", "x", "facebook"):
        bodies = [
            text.body for text in await _kit(offline_copywriter, ask, platform, product="珈琲豆", register=register)
        ]
        said = [sentence for body in bodies for sentence in set(body.split("\n"))]
        assert [sentence for sentence in said if said.count(sentence) > 2] == []


@pytest.mark.parametrize("register", REGISTERS)
async def test_values_that_are_no_nouns_stand_in_quotation_marks(
    offline_copywriter: OfflineCopywriter, ask: Ask, register: Register
) -> None:
    values = ("注文後に焙煎", "うそをつかない")
    texts = [
        (await offline_copywriter.write(ask(platform="youtube", brand_values=values, register=register, seed=n))).copy
        for n in range(12)
    ]
    for text in texts:
        assert text.body.count("注文後に焙煎") == text.body.count("「注文後に焙煎」") == 1
