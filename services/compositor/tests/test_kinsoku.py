import pytest

from compositor_service.typesetting.kinsoku import (
    CLOSING_BRACKETS,
    NOT_AT_LINE_END,
    NOT_AT_LINE_START,
    OPENING_BRACKETS,
    allowed_breaks,
)


def pieces(text: str) -> list[str]:
    ends = [*allowed_breaks(text), len(text)]
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


@pytest.mark.parametrize("mark", "。、，．・：；？！」』）】〕》ーゝ々っャ％℃")
def test_mark_never_starts_a_line(mark: str) -> None:
    assert all(not piece.startswith(mark) for piece in pieces(f"夏の海{mark}山の空"))


@pytest.mark.parametrize("bracket", "「『（【〔《￥")
def test_opening_bracket_never_ends_a_line(bracket: str) -> None:
    assert all(not piece.endswith(bracket) for piece in pieces(f"夏の海{bracket}山の空"))


@pytest.mark.parametrize(
    "kept",
    ["……", "――", "3,980円", "50%OFF", "12月31日", "100万円", "Wi-Fi", "500ml", "1,200円", "￥980", "３００名", "2時間"],
)
def test_unit_is_never_torn(kept: str) -> None:
    assert any(kept in piece for piece in pieces(f"今だけ{kept}で海へ"))


def test_latin_words_part_at_spaces_which_stay_at_the_line_end() -> None:
    assert pieces("Summer Sale 開催") == ["Summer ", "Sale ", "開", "催"]


def test_combining_mark_stays_with_its_character() -> None:
    assert pieces("葛\U000e0100城") == ["葛\U000e0100", "城"]


def test_classes_do_not_contradict_each_other() -> None:
    assert not OPENING_BRACKETS & CLOSING_BRACKETS
    assert not NOT_AT_LINE_START & NOT_AT_LINE_END
