"""What each rule says of itself."""

from dataclasses import replace

import pytest

from contracts.values import BrandProfile, Brief, Colours, CopyText, PreferredTerm, Register
from qa_service.domain import Finding, Judged, Words
from qa_service.rules.picture_cases import PICTURE_RULES
from qa_service.rules.rule import Rule
from qa_service.rules.ruleset import RULES, judge

BRAND = BrandProfile(
    name="再生堂",
    colours=Colours(primary="#112233", accent="#445566"),
    banned_terms=("激安", "げきやす"),
    preferred_terms=(PreferredTerm(use="サーバー", instead_of="サーバ"),),
)
BRIEF = Brief(objective="awareness", product="商品", target_audience="一般", platforms=("youtube",))
WORD_RULES = [rule for rule in RULES if rule.id not in PICTURE_RULES]


def findings(body: str, rule: Rule, register: Register = "standard", headline: str = "") -> list[Finding]:
    text = CopyText(headline=headline, body=body, cta="")
    words = Words("copy", "0" * 64, rule.example_platform, "A案", text, register)
    return [one for one in judge(Judged("campaign", BRAND, BRIEF, (words,), ())) if one.rule == rule.id]


def by_id(rule_id: str) -> Rule:
    return next(rule for rule in RULES if rule.id == rule_id)


@pytest.mark.parametrize("rule", WORD_RULES, ids=lambda rule: rule.id)
def test_a_rules_own_examples_are_right_and_wrong_as_it_says(rule: Rule) -> None:
    assert rule.passes
    assert rule.fails
    assert [text for text in rule.passes if findings(text, rule)] == []
    assert [text for text in rule.fails if not findings(text, rule)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_in_japanese_what_it_is_and_where_it_comes_from(rule: Rule) -> None:
    assert rule.id.startswith(rule.section) or rule.id.startswith(("platform.", "visual."))
    for words in (rule.title, rule.rationale, rule.source):
        assert any("ぁ" <= char <= "ん" or "一" <= char <= "龠" for char in words)
    assert rule.rationale.endswith("。")


def test_ids_are_unique() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_a_register_is_judged_by_what_is_wanted_not_by_what_is_written() -> None:
    rule = by_id("keigo.register")
    assert findings("これ、めっちゃ軽いよ！", rule, "casual") == []
    assert findings("これ、めっちゃ軽いよ！", rule, "standard")
    assert findings("これ、めっちゃ軽いよ！", rule, "formal")


def test_style_is_compared_over_headline_and_body() -> None:
    rule = by_id("keigo.mixed_style")
    assert [one.field for one in findings("さらりと乾きます。", rule, headline="夏はこれだ。")] == ["headline"]
    assert findings("さらりと乾きます。", rule, headline="夏は、これ。") == []


def test_a_basis_counts_wherever_it_stands_in_the_variant_and_a_bare_mark_does_not() -> None:
    rule = by_id("legal.number_one")
    assert findings("※2026年1月 自社調べ（衣料用中綿として）", rule, headline="世界初※の素材") == []
    assert findings("※個人の感想です。", rule, headline="世界初※の素材")
    assert findings("※当社比", rule, headline="世界初※の素材")


def test_the_same_words_in_two_places_of_a_field_are_one_finding() -> None:
    rule = by_id("brand.banned_terms")
    assert len(findings("激安です。とにかく激安です。", rule)) == 1


def test_a_finding_names_the_variant_and_says_what_to_write_instead() -> None:
    (found,) = findings("シミが消える美容液です。", by_id("legal.medical"))
    assert (found.target, found.field, found.quote) == ("copy", "body", "シミが消える")
    assert found.severity == "error"
    assert found.quote in found.description
    assert found.suggestion.endswith("。")


def test_nothing_is_said_of_an_empty_kit() -> None:
    assert judge(Judged("campaign", BRAND, BRIEF, (), ())) == []
    empty = Words("copy", "0" * 64, "x", "A案", CopyText(headline="", body="", cta=""), "formal")
    assert judge(replace(Judged("campaign", BRAND, BRIEF, (), ()), words=(empty,))) == []


@pytest.mark.parametrize(
    "body",
    [
        "日焼けによるシミが消える美容液です。",
        "ご家庭でシミが消える美顔器です。",
        "一日二粒の服用でシミが消えるとうわさです。",
        "皮下組織の脂肪を燃焼するクリームです。",
    ],
)
def test_an_effect_on_the_body_is_not_taken_for_one_on_things(body: str) -> None:
    assert findings(body, by_id("legal.medical"))


@pytest.mark.parametrize(
    "body", ["服のシミが消える洗剤です。", "庭のしみが消える洗浄機です。", "街が若返る再開発です。"]
)
def test_an_effect_on_things_is_no_medical_one(body: str) -> None:
    assert findings(body, by_id("legal.medical")) == []


@pytest.mark.parametrize(
    "body", ["シ ミ が 消 え る石けんです。", "シ　ミ　が　消　え　る石けんです。", "当店のシ ミ が 消 え る 石けん"]
)
def test_spaces_between_single_characters_hide_nothing_and_are_quoted_as_written(body: str) -> None:
    (found,) = findings(body, by_id("legal.medical"))
    assert found.quote.startswith(("シ ミ", "シ　ミ"))
    assert found.quote in body


def test_spaces_between_words_still_part_them() -> None:
    assert findings("サイズ S M L、色は 一 色です。", by_id("legal.number_one")) == []


@pytest.mark.parametrize("mark", ["医薬品", "第2類医薬品", "医薬部外品", "機能性表示食品"])
def test_a_denied_mark_allows_nothing(mark: str) -> None:
    rule = by_id("legal.medical")
    assert findings(f"本品は{mark}ではありません。毎日の頭痛が治ります。", rule)
    assert findings(f"{mark}ではないのに、血圧が下がります。", rule)


def test_marks_of_foods_and_quasi_drugs_allow_their_effects_but_no_cure() -> None:
    rule = by_id("legal.medical")
    assert findings("機能性表示食品。血圧を下げる機能が報告されています。", rule) == []
    assert findings("機能性表示食品。高血圧が治ります。", rule)
    assert findings("医薬部外品。ニキビを予防します。", rule) == []
    assert findings("医薬部外品。ニキビが治ります。", rule)


def test_medicines_and_clinics_may_speak_of_treating_but_not_a_tea_that_names_a_hospital() -> None:
    rule = by_id("legal.medical")
    assert findings("第2類医薬品。頭痛に効きます。", rule) == []
    assert findings("花粉症を治すなら、当クリニックへ。", rule) == []
    assert findings("病院で話題。花粉症が治る飴です。", rule)
    assert findings("花粉症が治るお茶です。病院の売店で。", rule)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("花粉症に効くお茶です。", "味わい"),
        ("シミが消える美容液です。", "うるおい"),
        ("腰痛が治る椅子です。", "使い心地"),
    ],
)
def test_what_to_write_instead_of_an_effect_fits_the_goods(body: str, word: str) -> None:
    (found,) = findings(body, by_id("legal.medical"))
    assert word in found.suggestion


def test_absolute_words_are_not_called_superlatives() -> None:
    rule = by_id("legal.superlative")
    assert "最上級" not in findings("100%安全な素材です。", rule)[0].description
    assert "最上級" in findings("最高品質の素材です。", rule)[0].description


def test_advice_on_humble_words_fits_what_is_said() -> None:
    rule = by_id("keigo.humble_for_customer")
    assert "ご愛用くださる" in findings("長年ご愛用いただかれている皆さまへ。", rule)[0].suggestion
    assert "お尋ねください" in findings("詳しくはスタッフにお伺いください。", rule)[0].suggestion
