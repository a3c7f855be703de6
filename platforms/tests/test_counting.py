"""Each platform's own way of counting."""

import pytest

from platforms.counting import count, occurrences
from platforms.entries import Banned, Counting

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("sale", 4),
        ("夏のセール", 10),
        ("ｾｰﾙ", 6),
        ("Café", 4),
        (FAMILY, 2),
        ("❤️", 2),
        ("https://example.com/", 23),
        ("https://example.com/spring/sale?utm_source=x&utm_campaign=very-long", 23),
        ("新茶はこちら https://example.com/a", 12 + 1 + 23),
        ("example.jp へ", 23 + 1 + 2),
        ("か\u3099", 2),
    ],
)
def test_x_counts_japanese_twice_an_emoji_once_and_any_link_as_23(text: str, expected: int) -> None:
    assert count(text, "x_weighted") == expected


@pytest.mark.parametrize(
    ("text", "narrow", "google", "yahoo"),
    [
        ("sale 50%", 8, 8, 8),
        ("夏のセール", 5, 10, 15),
        ("ｾｰﾙ", 3, 3, 3),
        ("ＡＢ１", 3, 6, 9),
        ("夏ｾｰﾙ50%", 7, 8, 9),
        ("①…×", 3, 6, 9),
        ("", 0, 0, 0),
    ],
)
def test_widths_count_full_width_characters_more_than_half_width_ones(
    text: str, narrow: int, google: int, yahoo: int
) -> None:
    assert (count(text, "chars"), count(text, "google_width"), count(text, "yahoo_width")) == (narrow, google, yahoo)


@pytest.mark.parametrize(("way", "expected"), [("chars", 7), ("google_width", 11), ("yahoo_width", 15)])
def test_every_code_point_of_a_joined_emoji_counts_where_no_rule_is_published(way: Counting, expected: int) -> None:
    assert count(FAMILY, way) == expected


def test_a_link_has_no_special_length_outside_x() -> None:
    assert count("https://example.com/", "chars") == count("https://example.com/", "google_width") == 20


@pytest.mark.parametrize(
    ("text", "banned", "expected"),
    [
        ("詳しくは https://example.com/a と example.jp へ", "link", 2),
        ("詳しくはプロフィールへ", "link", 0),
        ("@brand と＠brand", "at_sign", 2),
        ("#新茶＃限定", "hash_sign", 2),
        ("新茶", "hash_sign", 0),
    ],
)
def test_occurrences_finds_half_and_full_width_signs_and_bare_links(text: str, banned: Banned, expected: int) -> None:
    assert occurrences(text, banned) == expected
