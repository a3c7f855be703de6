"""Words to scenes: what a prompt asks the offline studio for, in Japanese and in English."""

import pytest

from contracts.values import BrandProfile, Brief, Colours
from image_service.painting.reading import VIEWS, Reading, read
from image_service.prompting import derive_prompt

BRAND = BrandProfile(name="帳", colours=Colours(primary="#5b3a29", accent="#d9843b"))


def derived(product: str, direction: str = "", audience: str = "会社員", ordinal: int = 1) -> Reading:
    brief = Brief(
        objective="conversion",
        product=product,
        target_audience=audience,
        platforms=("line",),
        creative_direction=direction,
    )
    return read(derive_prompt(brief, BRAND, ordinal))


@pytest.mark.parametrize(
    ("prompt", "subject"),
    [
        ("深煎り珈琲", "coffee"),
        ("A cup of coffee", "coffee"),
        ("カフェラテ", "coffee"),
        ("抹茶ラテ", "tea"),
        ("有機ほうじ茶", "tea"),
        ("焼きたてのパン", "bread"),
        ("Sourdough bread", "bread"),
        ("季節の和菓子", "wagashi"),
        ("いちごのケーキ", "sweets"),
        ("敏感な肌のためのスキンケア", "cosmetics"),
        ("美容液", "cosmetics"),
        ("Fresh yuzu juice", "juice"),
        ("瀬戸内のレモン", "fruit"),
        ("北海道の家計簿アプリ", "package"),
        ("春物のファッション", "package"),
    ],
)
def test_words_in_either_language_choose_the_product(prompt: str, subject: str) -> None:
    assert read(prompt).subject == subject


@pytest.mark.parametrize(
    ("prompt", "place"),
    [
        ("春の新作、桜フレーバー", "sakura"),
        ("A summer day at the beach", "sea"),
        ("秋の味わい", "autumn"),
        ("冬のあったかキャンペーン", "snow"),
        ("東京の夜景", "city"),
        ("山の空気", "mountain"),
    ],
)
def test_a_place_without_a_product_is_painted_for_its_own_sake(prompt: str, place: str) -> None:
    assert (read(prompt).subject, read(prompt).place) == (None, place)


@pytest.mark.parametrize("prompt", ["team season steam", "秋葉原", "北海道", "ジャパン", "ショッピング", "ラテン", ""])
def test_words_inside_other_words_choose_nothing(prompt: str) -> None:
    assert read(prompt) == Reading()


def test_product_place_hour_and_vessel_combine() -> None:
    reading = read("夜桜の下、ガラスの器に入った抹茶ラテ")
    assert (reading.subject, reading.place, reading.hour, reading.vessel) == ("tea", "sakura", "night", "glass")
    assert reading.milky


@pytest.mark.parametrize(
    ("words", "hour"), [("夕暮れの窓辺", "dusk"), ("朝の光", "morning"), ("at night", "night"), ("朝霧", None)]
)
def test_words_name_the_hour(words: str, hour: str | None) -> None:
    assert read(words).hour == hour


def test_a_coffee_brief_is_a_mug_by_the_window_at_dusk() -> None:
    reading = derived("深煎りコーヒー「宵」", "夕暮れの窓辺、マグカップから湯気")
    assert (reading.subject, reading.vessel, reading.hour, reading.window) == ("coffee", "mug", "dusk", True)


def test_the_product_wins_over_mood_words() -> None:
    assert derived("深煎りコーヒー", "抹茶のような緑、ケーキを添えて").subject == "coffee"


def test_an_unknown_product_never_becomes_another_one() -> None:
    assert derived("朝霧", "コーヒーを飲みながら", audience="紅茶とパンが好きな人").subject == "package"


def test_words_about_the_audience_choose_no_scene() -> None:
    assert derived("家計簿", audience="海と夜の窓が好きな人").place is None


@pytest.mark.parametrize("ordinal", range(1, 9))
def test_each_derived_scene_has_its_own_view(ordinal: int) -> None:
    assert derived("コーヒー", ordinal=ordinal).view == VIEWS[ordinal - 1]
