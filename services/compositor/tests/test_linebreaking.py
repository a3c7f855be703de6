from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compositor_service.typesetting.kinsoku import INSEPARABLE_CHARACTERS, NOT_AT_LINE_END, NOT_AT_LINE_START
from compositor_service.typesetting.linebreaking import break_lines
from compositor_service.typesetting.paragraph import paragraph
from compositor_service.typesetting.phrases import Break, Grade, breaks_of

EM = 1000
JAPANESE = st.text(
    st.sampled_from("夏海光新しいをのにがスパーッキャンペ、。！？「」（）…―々ゝ・％￥0159AZaz 　"),
    min_size=1,
    max_size=40,
)


def monospaced(text: str) -> list[int]:
    return [EM * i for i in range(len(text) + 1)]


def lines_of(text: str, ems: int, worst: Grade = Grade.INSIDE_WORD) -> tuple[str, ...] | None:
    return break_lines(text, monospaced(text), breaks_of(text), ems * EM, worst)


@given(JAPANESE, st.integers(3, 20), st.sampled_from(Grade))
def test_lines_keep_the_text_whole_and_obey_kinsoku(text: str, ems: int, worst: Grade) -> None:
    lines = lines_of(text, ems, worst)
    if lines is None:
        return
    assert "".join(lines) == text
    assert all(len(line.rstrip()) <= ems for line in lines)
    for before, after in pairwise(lines):
        assert after[0] not in NOT_AT_LINE_START
        assert before[-1] not in NOT_AT_LINE_END
        assert not (before[-1] in INSEPARABLE_CHARACTERS and after[0] in INSEPARABLE_CHARACTERS)


@given(JAPANESE)
def test_wide_enough_measure_gives_one_line(text: str) -> None:
    assert lines_of(text, len(text)) == (text,)


def test_unbreakable_text_wider_than_the_measure_is_refused() -> None:
    assert lines_of("ABCDEFGHIJ", 5) is None


def test_lines_end_between_phrases() -> None:
    assert lines_of("はじめよう、やさしい暮らし。", 8, Grade.BETWEEN_PHRASES) == ("はじめよう、", "やさしい暮らし。")


def test_long_phrase_breaks_where_the_script_changes_before_it_breaks_inside_a_word() -> None:
    lines = lines_of("売りつくし最大50%OFF", 8)
    assert lines == ("売りつくし最大", "50%OFF")


def test_last_line_is_not_left_with_one_or_two_characters() -> None:
    text = "海山空川森林花鳥風月雪"
    anywhere = [Break(i, Grade.BETWEEN_PHRASES) for i in range(1, len(text))]
    lines = break_lines(text, monospaced(text), anywhere, 10 * EM, Grade.BETWEEN_PHRASES)
    assert lines is not None
    assert sorted(len(line) for line in lines) == [5, 6]


def test_space_at_a_line_end_takes_no_room() -> None:
    assert lines_of("夏の海 冬の山", 3) == ("夏の海 ", "冬の山")


@pytest.mark.parametrize("writing", ["horizontal", "vertical"])
def test_line_feed_in_the_copy_ends_a_line(writing: str) -> None:
    text = paragraph("夏\nが来た", "bold", "vertical" if writing == "vertical" else "horizontal")
    lines = text.lines(40, 4000, Grade.BETWEEN_PHRASES)
    assert lines is not None
    assert [line.text for line in lines] == ["夏", "が来た"]


@pytest.mark.parametrize(
    ("text", "ems", "lines"),
    [
        ("納得して選んでいただくために", 11, ("納得して", "選んでいただくために")),
        ("うれしいひとときを、あなたに", 10, ("うれしいひとときを、", "あなたに")),
        ("心地よさを、もっと身近に", 7, ("心地よさを、", "もっと身近に")),
        ("宇治抹茶ラテのある毎日を", 8, ("宇治抹茶ラテの", "ある毎日を")),
        ("自分の時間、足りていますか？", 9, ("自分の時間、", "足りていますか？")),
        ("心はずむひとときを", 5, ("心はずむ", "ひとときを")),
    ],
)
def test_headline_breaks_where_a_copywriter_would(text: str, ems: int, lines: tuple[str, ...]) -> None:
    assert lines_of(text, ems, Grade.BETWEEN_PHRASES) == lines


@pytest.mark.parametrize(
    "torn", ["選んでいただく|ために", "気に|なっていませんか", "心を|こめて", "や|わらかな陽ざし", "背|伸びしない"]
)
def test_dependent_word_and_torn_word_are_not_phrases_of_their_own(torn: str) -> None:
    text = torn.replace("|", "")
    grades = {stop.index: stop.grade for stop in breaks_of(text)}
    assert grades.get(torn.index("|"), Grade.INSIDE_WORD) > Grade.BETWEEN_PHRASES
