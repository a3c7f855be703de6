"""Only what a person can look up becomes a finding; everything else is counted and gone."""

from typing import Any

import pytest

from qa_service.criteria import CRITERIA
from qa_service.domain import Finding
from qa_service.vetting import MAX_EXPLANATION, MAX_FINDINGS, MAX_QUOTE, vetted

from .kits import claim, kit, words

SEEN = ("composite-1",)
OF_PICTURE = {"section": "visual", "rule": "wrong_season", "target": "composite-1", "field": "picture", "quote": ""}


def the_finding(**changed: Any) -> Finding:
    result = vetted(kit(), [claim(**changed)], SEEN)
    assert result.discarded == 0
    (finding,) = result.findings
    return finding


def test_claim_that_holds_becomes_a_finding_named_as_the_models():
    finding = the_finding()
    assert (finding.rule, finding.section, finding.severity) == ("model.tone_mismatch", "brand", "error")
    assert (finding.target, finding.field, finding.quote) == ("copy-2", "headline", "がんばる午後に")


@pytest.mark.parametrize(
    "changed",
    [
        {"quote": "がんばる毎日に"},
        {"quote": ""},
        {"quote": " 　\n"},
        {"quote": "に"},
        {"quote": "\x00がんばる午後に"},
        {"quote": "がんばる\ud800午後に"},
        {"quote": "が" * 1_000_000},
        {"target": "copy-of-another-campaign"},
        {"target": ""},
        {"target": "copy-1"},
        {"field": "body"},
        {"field": "picture"},
        {"field": "variant_label"},
        {"field": "hashtags"},
        {"section": "overall"},
        {"section": "keigo"},
        {"rule": "overall_score"},
        {"rule": "model.tone_mismatch"},
        {"rule": "color_deviation"},
        {"severity": "fatal"},
        {"severity": "none"},
        {"description": ""},
        {"description": "\u202e\u200b\x00 \n"},
        {"suggestion": "　"},
        {**OF_PICTURE, "target": "composite-2"},
        {**OF_PICTURE, "target": "image-1"},
        {**OF_PICTURE, "field": "headline"},
        {**OF_PICTURE, "rule": "weak_cta", "section": "platform"},
        {**OF_PICTURE, "target": "copy-1"},
    ],
    ids=lambda changed: str(changed)[:60],
)
def test_claim_that_does_not_hold_is_discarded_and_counted(changed):
    result = vetted(kit(), [claim(**changed), claim()], SEEN)
    assert [finding.quote for finding in result.findings] == ["がんばる午後に"]
    assert result.discarded == 1


@pytest.mark.parametrize(
    ("quote", "stored"),
    [
        ("　がんばる 午後に\n", "がんばる午後に"),
        ("がんばる午後に､", "がんばる午後に、"),
        ("がんば\nる午後に、ひと息", "がんばる午後に、ひと息"),
    ],
)
def test_quote_that_differs_in_width_or_space_is_stored_in_the_fields_own_words(quote, stored):
    assert the_finding(quote=quote).quote == stored


@pytest.mark.parametrize(
    ("text", "quote", "stored"),
    [
        ("ﾊﾞﾅﾅと ２０％ＯＦＦ", "バナナと20%OFF", "ﾊﾞﾅﾅと ２０％ＯＦＦ"),
        ("㈱みどりのお茶", "(株)みどり", "㈱みどり"),
        ("㈱みどりのお茶", "株)みどり", None),
        ("バナナのお茶", "ハナナ", None),
        ("ｶﾊﾞの器", "カハ", None),
        ("カ\u3099ラスの器", "カラス", None),
        ("カ\u3099ラスの器", "ガラス", "カ\u3099ラス"),
        ("春の お茶、春のお茶", "春のお茶", "春のお茶"),
    ],
)
def test_quote_is_whole_characters_of_the_field(text, quote, stored):
    result = vetted(kit(words("copy-2", headline=text)), [claim(quote=quote)])
    assert [finding.quote for finding in result.findings] == ([stored] if stored else [])


def test_hashtags_are_quoted_from_as_they_stand_side_by_side():
    assert the_finding(field="hashtags", quote="#春のお茶 #ほうじ茶").quote == "#春のお茶 #ほうじ茶"


def test_field_of_one_character_can_be_quoted():
    assert len(vetted(kit(words("copy-2", cta="買")), [claim(field="cta", quote="買")]).findings) == 1


def test_long_quote_is_stored_by_its_beginning():
    body = "桜の香りを楽しむ。" * 60
    (finding,) = vetted(kit(words("copy-2", body=body)), [claim(field="body", quote=body)]).findings
    assert finding.quote == body[:MAX_QUOTE]


def test_what_is_said_of_a_picture_is_a_warning_without_a_quote():
    finding = the_finding(**{**OF_PICTURE, "severity": "error", "quote": "画像の中のNo.1という文字"})
    assert (finding.severity, finding.quote, finding.field) == ("warning", "", "picture")


def test_picture_that_was_not_shown_cannot_be_objected_to():
    assert vetted(kit(), [claim(**OF_PICTURE)]).discarded == 1


@pytest.mark.parametrize("criterion", CRITERIA, ids=lambda one: one.rule)
def test_no_claim_weighs_more_than_its_criterion_allows(criterion):
    place = {} if criterion.about == "words" else OF_PICTURE
    finding = the_finding(**{**place, "section": criterion.section, "rule": criterion.rule, "severity": "error"})
    assert finding.severity == criterion.worst


def test_rules_are_told_apart_within_their_section_and_pictures_never_weigh_as_errors():
    assert len({(one.section, one.rule) for one in CRITERIA}) == len(CRITERIA)
    assert {one.worst for one in CRITERIA if one.about == "picture"} == {"warning"}


def test_same_objection_is_kept_once_at_its_worst():
    claims = [
        claim(severity="warning"),
        claim(quote="がんばる 午後に"),
        claim(description="言い換えただけの説明です。"),
    ]
    result = vetted(kit(), claims)
    assert [finding.severity for finding in result.findings] == ["error"]
    assert result.discarded == 2


def test_different_rules_about_the_same_words_are_both_kept():
    assert len(vetted(kit(), [claim(), claim(rule="messaging_off_brand")]).findings) == 2


def test_flood_of_claims_leaves_the_worst_sixty():
    body = "".join(f"{number:04}番目の桜です。" for number in range(5_000))
    claims = [
        claim(field="body", quote=f"{number:04}番目の桜です", severity="error" if number > 4_980 else "warning")
        for number in range(5_000)
    ]
    result = vetted(kit(words("copy-2", body=body)), claims * 2)
    assert len(result.findings) == MAX_FINDINGS
    assert sum(finding.severity == "error" for finding in result.findings) == 19
    assert result.discarded == 10_000 - MAX_FINDINGS


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("<script>alert(1)</script>直してください。", "＜script＞alert(1)＜/script＞直してください。"),
        ("直し\x00て\u202eくだ\u2066さい\u200b。\ud800", "直してください。"),
        ("一行目\r\n\t二行目\u2028三行目", "一行目 二行目 三行目"),
        ("\U000e0041\U000e0042直してください。\ufeff", "直してください。"),
    ],
)
def test_explanation_is_one_plain_line(said, kept):
    finding = the_finding(description=said, suggestion=said)
    assert (finding.description, finding.suggestion) == (kept, kept)


def test_huge_explanation_is_cut_where_everybody_sees_it():
    finding = the_finding(description="長" * 5_000_000)
    assert len(finding.description) == MAX_EXPLANATION
    assert finding.description.endswith("…")


def test_no_claims_are_no_findings():
    assert (vetted(kit(), []).findings, vetted(kit(), []).discarded) == ((), 0)
