"""Where several legal rules object to the same words, one of them speaks."""

import pytest

from contracts.values import BrandProfile, Brief, Colours, CopyText
from qa_service.domain import Judged, Words
from qa_service.rules.ruleset import judge

BRAND = BrandProfile(name="再生堂", colours=Colours(primary="#112233", accent="#445566"))
BRIEF = Brief(objective="awareness", product="商品", target_audience="一般", platforms=("youtube",))


def legal(body: str, headline: str = "") -> list[tuple[str, str, str]]:
    words = Words("copy", "0" * 64, "youtube", "A案", CopyText(headline=headline, body=body, cta=""), "standard")
    found = judge(Judged("campaign", BRAND, BRIEF, (words,), ()))
    return [(one.rule, one.field, one.quote) for one in found if one.section == "legal"]


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("必ず痩せるヨガ教室です。", "legal.medical"),
        ("絶対にシミが消える美容液です。", "legal.medical"),
        ("100%効果が出る学習法です。", "legal.guarantee"),
        ("100%安全な素材です。", "legal.superlative"),
    ],
)
def test_a_phrase_is_charged_once_by_the_gravest_rule(body: str, rule: str) -> None:
    assert [found for found, _, _ in legal(body)] == [rule]


def test_claims_beside_each_other_are_each_charged() -> None:
    found = legal("業界No.1の実績で、必ず受かります。最高品質の教材です。")
    assert [rule for rule, _, _ in found] == ["legal.number_one", "legal.superlative", "legal.guarantee"]


def test_another_field_is_another_phrase() -> None:
    assert [(rule, field) for rule, field, _ in legal("必ず痩せます。", "100%安全です。")] == [
        ("legal.superlative", "headline"),
        ("legal.medical", "body"),
    ]


def test_words_that_also_stand_alone_are_still_charged() -> None:
    found = legal("100%効果が出る学習法です。100%効果、それが自慢です。")
    assert {rule for rule, _, _ in found} == {"legal.guarantee", "legal.superlative"}


def test_other_sections_speak_of_the_same_words() -> None:
    brand = BRAND.model_copy(update={"banned_terms": ("痩せる",)})
    words = Words("copy", "0" * 64, "youtube", "A案", CopyText(headline="", body="必ず痩せる。", cta=""), "standard")
    found = judge(Judged("campaign", brand, BRIEF, (words,), ()))
    assert [one.rule for one in found] == ["brand.banned_terms", "legal.medical"]
