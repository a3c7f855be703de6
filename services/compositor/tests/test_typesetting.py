"""Fonts, cleaning, and the two directions of writing, seen through what is drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from compositor_service.typesetting import fonts
from compositor_service.typesetting.errors import MissingGlyphs, TextEngineMissing
from compositor_service.typesetting.fonts import EM, check_text_engine, has_glyph, require_glyphs
from compositor_service.typesetting.horizontal import draw_line, horizontal_advances
from compositor_service.typesetting.paragraph import clean
from compositor_service.typesetting.vertical import draw_column, vertical_advances, vertical_runs

SIZE = 64


def column(text: str) -> Image.Image:
    mask = Image.new("L", (3 * SIZE, 12 * SIZE))
    draw_column(mask, 3 * SIZE // 2, SIZE, text, "bold", SIZE)
    return mask


def ink(mask: Image.Image) -> tuple[int, int, int, int]:
    box = mask.getbbox()
    assert box is not None
    return box


def test_this_machine_can_set_japanese_in_both_directions() -> None:
    check_text_engine()


def test_missing_fribidi_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts.features, "check", lambda name: name != "fribidi")
    with pytest.raises(TextEngineMissing, match="libfribidi0"):
        check_text_engine()


@pytest.mark.parametrize("character", "あア亜Ａa1〝―…％♪★①髙﨑㎡♡")
def test_font_has_what_copywriters_use(character: str) -> None:
    assert has_glyph(character, "bold")


def test_characters_without_a_glyph_are_all_named() -> None:
    with pytest.raises(MissingGlyphs, match=r"見出し.*🌸 😀") as caught:
        require_glyphs("見出し", "春🌸の😀セール🌸", "bold")
    assert caught.value.characters == "🌸😀"


def test_kanji_variant_selector_needs_no_glyph_of_its_own() -> None:
    require_glyphs("見出し", "葛\U000e0100城", "bold")


def test_cleaning_drops_only_what_nobody_sees() -> None:
    assert clean(" か\u3099く\u200b葉❤\ufe0f \r\n\n 夏\t空 ") == "がく葉❤\n夏 空"


def test_spaces_become_single_and_a_wide_one_that_was_written_stays() -> None:
    assert clean("NEW  TEA\t \t30%  OFF") == "NEW TEA 30% OFF"
    assert clean("夏　　新作") == "夏　　新作"


def test_opening_bracket_at_the_line_start_is_not_indented() -> None:
    mask = Image.new("L", (6 * SIZE, 2 * SIZE))
    draw_line(mask, SIZE, 0, "「夏」", "bold", SIZE)
    assert ink(mask)[0] < SIZE + SIZE // 5


def test_punctuation_is_set_close() -> None:
    assert horizontal_advances("「夏」、", "bold")[-1] < 3 * EM


@given(st.text(st.sampled_from("夏ー。「」…“”(A%)12!? Sale90€–"), max_size=30))
def test_runs_of_a_column_stand_for_every_character(text: str) -> None:
    assert sum(len(run.text) for run in vertical_runs(text)) == len(text)
    advances = vertical_advances(text, "bold")
    assert len(advances) == len(text) + 1
    assert list(advances) == sorted(advances)


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("12月5日", [("tate_chu_yoko", "12"), ("upright", "月"), ("tate_chu_yoko", "5"), ("upright", "日")]),
        ("最大50%OFF", [("upright", "最大"), ("tate_chu_yoko", "50"), ("upright", "％"), ("sideways", "OFF")]),
        ("3,980円", [("sideways", "3,980"), ("upright", "円")]),
        ("なに!?", [("upright", "なに"), ("tate_chu_yoko", "!?")]),
        ("(A)案", [("upright", "（"), ("upright", "Ａ"), ("upright", "）案")]),
        ("“夏”—海", [("upright", "〝夏〟―海")]),
        ("Up to 50% off", [("sideways", "Up to 50% off")]),
    ],
)
def test_column_is_divided_as_a_typesetter_would(text: str, runs: list[tuple[str, str]]) -> None:
    assert [(run.kind, run.text) for run in vertical_runs(text)] == runs


@pytest.mark.parametrize("mark", "ー―…～")
def test_long_marks_stand_upright_in_a_column(mark: str) -> None:
    left, top, right, bottom = ink(column(mark))
    assert bottom - top > 2 * (right - left)


@pytest.mark.parametrize("mark", "、。っ")
def test_mark_keeps_to_the_right_of_its_cell(mark: str) -> None:
    left, _, right, _ = ink(column(mark))
    assert (left + right) // 2 > 3 * SIZE // 2


def test_characters_keep_their_axis_whatever_stands_beside_them() -> None:
    alone, below = ink(column("、")), ink(column("国、").crop((0, 2 * SIZE, 3 * SIZE, 12 * SIZE)))
    assert abs(alone[0] - below[0]) <= 1


def test_two_digits_share_one_cell() -> None:
    left, top, right, bottom = ink(column("31"))
    assert right - left <= SIZE + 2
    assert bottom - top <= SIZE
    assert vertical_advances("31", "bold")[-1] == EM


def test_western_word_is_turned_on_its_side_without_losing_ink() -> None:
    flat = Image.new("L", (8 * SIZE, 2 * SIZE))
    draw_line(flat, SIZE, SIZE // 2, "Wagyu", "bold", SIZE)
    turned = column("Wagyu")
    wide, tall = ink(flat), ink(turned)
    assert abs((wide[2] - wide[0]) - (tall[3] - tall[1])) <= 3
    assert np.asarray(turned, dtype=int).sum() == pytest.approx(np.asarray(flat, dtype=int).sum(), rel=0.03)


@pytest.mark.parametrize("text", ["夏の空", "「夏」", "Sale開催", "12月"])
def test_ink_stays_inside_the_measured_column(text: str) -> None:
    _, top, _, bottom = ink(column(text))
    length = vertical_advances(text, "bold")[-1] * SIZE // EM
    assert top >= SIZE - 2
    assert bottom <= SIZE + length + 2
