"""Whether copy fits, and the words that say why it does not."""

import pytest

from contracts.values import CopyText
from platforms.limits import Violation, violations
from platforms.registry import load_registry

FITTING = CopyText(
    headline="新茶、はじまる。",
    body="八十八夜に摘んだ一番茶を、淹れたての香りのまま。",
    cta="詳しく見る",
)
REGISTRY = load_registry()


def broken(platform: str, **changes: object) -> list[Violation]:
    return violations(FITTING.model_copy(update=changes), REGISTRY.platform(platform))


@pytest.mark.parametrize("platform", sorted(REGISTRY.platforms))
def test_short_copy_fits_every_platform(platform: str) -> None:
    assert broken(platform) == []


@pytest.mark.parametrize(
    ("platform", "part", "longest"),
    [
        ("instagram", "headline", 27),
        ("instagram", "body", 125),
        ("facebook", "headline", 27),
        ("facebook", "body", 125),
        ("x", "headline", 70),
        ("x", "body", (280 - 23 - 1) // 2),
        ("line", "headline", 20),
        ("line", "body", 75),
        ("yahoo_japan", "headline", 20),
        ("yahoo_japan", "body", 90),
        ("google", "headline", 15),
        ("google", "body", 45),
        ("rakuten", "headline", 30),
        ("rakuten", "body", 200),
        ("youtube", "headline", 100),
        ("youtube", "body", 5000),
        ("tiktok", "headline", 20),
        ("tiktok", "body", 50),
        *((name, "cta", 20) for name in sorted(REGISTRY.platforms)),
    ],
)
def test_japanese_text_is_refused_from_one_character_over_the_limit(platform: str, part: str, longest: int) -> None:
    assert broken(platform, **{part: "茶" * longest}) == []
    assert [v.field for v in broken(platform, **{part: "茶" * (longest + 1)})] == [part]


def test_the_text_names_the_field_the_count_and_the_limit() -> None:
    (violation,) = broken("line", body="茶" * 93)
    assert violation == Violation("body", "chars", 93, 75, "body: 93 characters of at most 75 (LINE description)")


def test_an_x_post_is_counted_whole_with_its_hashtags_and_one_link() -> None:
    assert broken("x", body="茶" * 120, hashtags=("#新茶", "#八十八夜")) == []
    (violation,) = broken("x", body="茶" * 121, hashtags=("#新茶", "#八十八夜"))
    assert violation.counted == 242 + 1 + (5 + 1 + 9) + 1 + 23
    assert violation.text == (
        "body + hashtags + link: 282 weighted characters (Japanese counts 2, a link 23) of at most 280 (X post)"
    )


def test_a_house_limit_says_that_it_is_ours() -> None:
    (violation,) = broken("x", cta="今" * 21)
    assert violation.text == "cta: 21 characters of at most 20 (X button, our own limit)"


def test_instagram_takes_five_hashtags() -> None:
    tags = tuple(f"#新茶{n}" for n in range(6))
    assert broken("instagram", hashtags=tags[:5]) == []
    (violation,) = broken("instagram", hashtags=tags)
    assert (violation.field, violation.way, violation.counted, violation.maximum) == ("hashtags", "items", 6, 5)
    assert violation.text == "hashtags: 6 of at most 5 (Instagram)"


def test_an_instagram_caption_counts_hashtags_with_the_body() -> None:
    (violation,) = broken("instagram", hashtags=("#" + "茶" * 2200,))
    assert violation.text.startswith("body + hashtags: ")
    assert violation.maximum == 2200


def test_tiktok_text_takes_no_link_mention_or_hashtag() -> None:
    found = broken("tiktok", body="#新茶 は @brand の https://example.jp/a へ", hashtags=("#新茶",))
    assert [v.text for v in found] == [
        "hashtags: 1 of at most 0 (TikTok)",
        "body: has a link, which TikTok does not take",
        "body: has an @ sign, which TikTok does not take",
        "body: has a # sign, which TikTok does not take",
    ]


def test_youtube_hashtags_are_its_tags_500_characters_in_all() -> None:
    assert broken("youtube", hashtags=("#" + "茶" * 499,)) == []
    (violation,) = broken("youtube", hashtags=("#" + "茶" * 499, "#緑茶"))
    assert (violation.field, violation.maximum) == ("hashtags", 500)


def test_every_broken_limit_is_reported_at_once() -> None:
    found = broken("line", headline="茶" * 21, body="茶" * 76, cta="茶" * 21, hashtags=("#茶",) * 6)
    assert [v.field for v in found] == ["headline", "body", "cta", "hashtags"]
