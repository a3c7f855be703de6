"""The offline copywriter's own promises: limits and banned terms always, variety, and honesty when it cannot."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.provider_errors import InvalidRequest
from contracts.values import VARIANT_LABELS, CopyText, PlatformName, PreferredTerm
from copy_service.copywriter import Check, CopyRequest
from copy_service.offline import NothingLeftToSay, OfflineCopywriter
from copy_service.wording import banned_in_copy

Ask = Callable[..., CopyRequest]
CheckFor = Callable[[PlatformName], Check]
LONG_PRODUCT = "北海道十勝産あずきと発酵バターの贅沢あんバターサンド詰め合わせ十二個入り化粧箱"
PLATFORMS = ("instagram", "facebook", "x", "line", "yahoo_japan", "rakuten", "youtube", "tiktok")

_ALPHABET = "あいうえおかきくけこさしすせそたちつてとなにのはまみよりんアイウカキコサスタルン春夏朝茶花人方好働女性家族"
_words = st.text(alphabet=f"{_ALPHABET}ー・ ABc12#@", max_size=40)
_requests = st.fixed_dictionaries(
    {
        "objective": st.sampled_from(("awareness", "consideration", "conversion", "retention")),
        "product": st.one_of(_words, st.sampled_from(("桜ほうじ茶ラテ", "温泉旅館の宿泊プラン", LONG_PRODUCT))),
        "target_audience": st.one_of(_words, st.sampled_from(("忙しい", "お茶が好き", "20代女性、学生", "働くママ"))),
        "name": st.one_of(_words, st.just("茶舗みどり")),
        "brand_values": st.lists(_words, max_size=3).map(tuple),
        "banned_terms": st.lists(
            st.sampled_from(("楽しみ", "毎日", "お届け", "ください", "、", "春", "ひととき", "A")), max_size=3
        ).map(tuple),
        "mood_tags": st.lists(st.sampled_from(("やさしい", "上質", "わくわく")), max_size=2).map(tuple),
        "platform": st.sampled_from(PLATFORMS),
        "register": st.sampled_from(("casual", "standard", "formal")),
        "variant_label": st.sampled_from(VARIANT_LABELS),
        "direction": st.one_of(st.none(), _words, st.sampled_from(("季節感を", "ギフト向けに", "限定感"))),
        "seed": st.integers(-(2**31), 2**63),
    }
)


@given(given_fields=_requests)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_limits_hold_and_banned_terms_are_absent_whatever_is_asked(
    offline_copywriter: OfflineCopywriter, ask: Ask, check_for: CheckFor, given_fields: dict[str, Any]
) -> None:
    request = ask(**given_fields)
    try:
        copy = (await offline_copywriter.write(request)).copy
    except NothingLeftToSay:
        assert request.brand.banned_terms
        return
    assert check_for(request.platform)(copy) == []
    assert banned_in_copy(copy, request.brand) == []
    assert copy.headline.strip()
    assert copy.body.strip()
    assert 0 < len(copy.cta) <= 10
    assert copy == (await offline_copywriter.write(request)).copy


@given(given_fields=_requests)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_text_that_was_refused_never_comes_again(
    offline_copywriter: OfflineCopywriter, ask: Ask, given_fields: dict[str, Any]
) -> None:
    fields = {**given_fields, "banned_terms": ()}
    first = (await offline_copywriter.write(ask(**fields))).copy
    second = (await offline_copywriter.write(ask(**fields, previous=first))).copy
    assert first.headline != second.headline


async def test_direction_of_another_season_than_the_products_hour_still_finds_words(
    offline_copywriter: OfflineCopywriter, ask: Ask
) -> None:
    for label in ("A案", "B案", "C案", "D案"):
        fields = {"product": "朝", "direction": "夏", "register": "casual", "variant_label": label}
        first = (await offline_copywriter.write(ask(**fields))).copy
        second = (await offline_copywriter.write(ask(**fields, previous=first))).copy
        assert first.headline != second.headline


@pytest.mark.parametrize("register", ["casual", "standard", "formal"])
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_four_labels_have_four_headlines_and_four_bodies(
    offline_copywriter: OfflineCopywriter, ask: Ask, register: str, platform: PlatformName
) -> None:
    kit: list[CopyText] = []
    for label in VARIANT_LABELS:
        request = ask(register=register, platform=platform, variant_label=label, siblings=tuple(kit))
        kit.append((await offline_copywriter.write(request)).copy)
    assert len({copy.headline for copy in kit}) == 4
    assert len({copy.body for copy in kit}) == 4


@pytest.mark.parametrize(
    ("direction", "word"),
    [("季節感を出して", "季節"), ("ギフト向けに", "贈"), ("限定感を", "限定"), ("家族で", "家族")],
)
@pytest.mark.parametrize("platform", ["line", "x", "instagram", "tiktok"])
async def test_direction_is_seen_in_the_text(
    offline_copywriter: OfflineCopywriter, ask: Ask, platform: PlatformName, direction: str, word: str
) -> None:
    copy = (await offline_copywriter.write(ask(platform=platform, direction=direction))).copy
    plain = (await offline_copywriter.write(ask(platform=platform))).copy
    assert word in copy.headline + copy.body + "".join(copy.hashtags)
    assert word not in plain.headline + plain.body


async def test_long_product_name_leaves_a_short_title_to_stand_without_it(
    offline_copywriter: OfflineCopywriter, ask: Ask
) -> None:
    copy = (await offline_copywriter.write(ask(platform="line", product=LONG_PRODUCT))).copy
    assert LONG_PRODUCT not in copy.headline
    assert LONG_PRODUCT in copy.body


@pytest.mark.parametrize("register", ["casual", "standard", "formal"])
async def test_whom_a_brief_is_for_is_never_printed(
    offline_copywriter: OfflineCopywriter, ask: Ask, register: str
) -> None:
    audience = "郊外で通勤にクルマを使う30〜50代"
    for platform, seed in product(PLATFORMS, range(3)):
        request = ask(platform=platform, target_audience=audience, register=register, seed=seed)
        copy = (await offline_copywriter.write(request)).copy
        assert not any(word in copy.headline + copy.body for word in ("郊外", "通勤", "30", "50代")), copy


async def test_values_and_preferred_terms_are_in_the_text(offline_copywriter: OfflineCopywriter, ask: Ask) -> None:
    rules = (PreferredTerm(use="じっくり焙じた", instead_of="ほうじ"), PreferredTerm(use="毎日々々", instead_of="毎日"))
    bodies = [
        (await offline_copywriter.write(ask(platform="youtube", preferred_terms=rules, seed=seed))).copy.body
        for seed in range(20)
    ]
    assert all("やさしさ" in body and "桜じっくり焙じた茶ラテ" in body for body in bodies)
    assert not any("毎日" in body.replace("毎日々々", "") for body in bodies)


async def test_claims_among_the_brands_values_are_not_repeated(offline_copywriter: OfflineCopywriter, ask: Ask) -> None:
    for seed in range(20):
        request = ask(platform="youtube", brand_values=("業界No.1の品質", "最高級"), seed=seed)
        text = (await offline_copywriter.write(request)).copy.body
        assert "No.1" not in text
        assert "最高" not in text


async def test_banned_terms_that_leave_nothing_are_a_clear_error(
    offline_copywriter: OfflineCopywriter, ask: Ask
) -> None:
    with pytest.raises(NothingLeftToSay, match="banned terms"):
        await offline_copywriter.write(ask(banned_terms=("。", "る")))


async def test_limits_nothing_can_meet_are_a_clear_error(ask: Ask) -> None:
    writer = OfflineCopywriter(lambda _platform: lambda _copy: ["body: 9 of at most 0"])
    with pytest.raises(NothingLeftToSay, match="body: 9 of at most 0"):
        await writer.write(ask())


@pytest.mark.parametrize("fields", [{"language": "en"}, {"variant_label": "Z案"}])
async def test_what_it_cannot_write_is_an_invalid_request(
    offline_copywriter: OfflineCopywriter, ask: Ask, fields: dict[str, Any]
) -> None:
    with pytest.raises(InvalidRequest):
        await offline_copywriter.write(ask(**fields))
