"""Which characters texts may hold, and that the published patterns say the same as the checks."""

import re
import sys
import unicodedata
from functools import cache

import pytest
from pydantic import TypeAdapter, ValidationError

from gateway.schemas.base import BodyText, HashtagText, Label, LongText, Name, PromptText, ShortText, SpokenText

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
LINES, TEXTS = (Name, Label), (ShortText, LongText, BodyText, PromptText)


@cache
def adapter(kind):
    return TypeAdapter(kind)


def taken(kind, value):
    try:
        return adapter(kind).validate_python(value) == value
    except ValidationError:
        return False


def reason(kind, value):
    with pytest.raises(ValidationError) as refused:
        adapter(kind).validate_python(value)
    return refused.value.errors()[0]["msg"]


@pytest.mark.parametrize("kind", [*LINES, *TEXTS])
@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("a\x00b", "NUL"),
        ("a\x1b[31mb", "control characters"),
        ("a\x85b", "control characters"),
        ("invoice\u202efdp.exe", "reorder"),
        ("a\u2066b", "reorder"),
        ("春のお茶\U000e0069\U000e0067\U000e006e\U000e006f\U000e0072\U000e0065", "invisible tags"),
        ("\U0001f3f4\U000e0067\U000e0062 no end", "invisible tags"),
    ],
)
def test_what_people_cannot_see_and_machines_act_on_is_refused_everywhere(kind, value, why):
    assert why in reason(kind, value)


@pytest.mark.parametrize("kind", [*LINES, *TEXTS])
@pytest.mark.parametrize(
    "value", [FAMILY, SCOTLAND, "❤️", "👍🏽", "می\u200cخواهم", "מרחבא", "が", "=1+1", "<b>", "''--"]
)
def test_emoji_scripts_and_code_are_text_like_any_other(kind, value):
    assert taken(kind, value)


@pytest.mark.parametrize("kind", LINES)
@pytest.mark.parametrize(
    "value", ["a\nb", "a\tb", "a\u2028b", "a\u200bb", "\ufeffa", "a\u200fb", "a\u00adb", "a\u2060b"]
)
def test_what_stands_in_a_list_is_one_line_of_what_can_be_seen(kind, value):
    assert not taken(kind, value)


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("value", ["a\nb", "a\tb", "a\u200bb", "a\u200fb"])
def test_running_text_may_have_lines_and_marks_of_direction(kind, value):
    assert taken(kind, value)


@pytest.mark.parametrize("value", [" ", "\u3000", "\u200d", "\u3164", "\u2800", "\ufe0f", " \u200c "])
def test_name_shows_something(value):
    assert "can be seen" in reason(Name, value)


def test_half_of_a_surrogate_pair_is_refused():
    assert not taken(LongText, "a\ud800b")


@pytest.mark.parametrize("kind", [Name, Label, LongText])
def test_published_pattern_takes_the_characters_that_are_taken(kind):
    pattern = re.compile(adapter(kind).json_schema()["pattern"])
    for code in range(0x1_0000):
        letter = chr(code)
        if unicodedata.category(letter) != "Cs":
            assert bool(pattern.search(f"a{letter}b")) == taken(kind, f"a{letter}b"), f"U+{code:04X}"


def test_published_pattern_of_a_name_asks_for_something_to_be_seen_where_it_is_asked_for():
    pattern = re.compile(adapter(Name).json_schema()["pattern"])
    for code in (*range(0x1_0000), sys.maxunicode):
        if unicodedata.category(letter := chr(code)) != "Cs":
            assert bool(pattern.search(letter)) == taken(Name, letter), f"U+{code:04X}"


@pytest.mark.parametrize(("kind", "around"), [(SpokenText, ""), (BodyText, "\n"), (HashtagText, "#")])
def test_published_pattern_of_what_must_show_something_says_the_same_as_its_check(kind, around):
    pattern = re.compile(adapter(kind).json_schema()["pattern"])
    for code in range(0x1_0000):
        text = f"{around}{chr(code)}"
        if unicodedata.category(chr(code)) != "Cs":
            assert bool(pattern.search(text)) == taken(kind, text), f"U+{code:04X}"


@pytest.mark.parametrize("value", ["春", "＃春", " #春", "", "#", "#\u3000", "#a\nb"])
def test_hashtag_begins_with_its_sign_and_shows_something(value):
    assert not taken(HashtagText, value)
