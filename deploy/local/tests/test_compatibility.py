"""Which changes of a schema count as breaking, for whom."""

import pytest

from saisei_local.generated.baseline import Baseline
from saisei_local.generated.changes import breaking_changes
from saisei_local.generated.compatibility import ACCEPTED, BOTH, SENT, Place, breaking
from saisei_local.generated.documents import Document

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
NULLABLE = {"anyOf": [TEXT, {"type": "null"}]}


def changes(old, new, sides=BOTH):
    return list(breaking(Place(Document(old), Document(new), sides, "data"), old, new))


def record(required=(), **properties):
    return {"type": "object", "properties": properties, "required": list(required)}


def test_same_schema_breaks_nobody():
    schema = record(["a"], a=TEXT, b={"type": "array", "items": NULLABLE}, c={}, d={"type": "object"})
    assert changes(schema, schema) == []


def test_new_optional_property_breaks_nobody():
    assert changes(record(["a"], a=TEXT), record(["a"], a=TEXT, b=TEXT)) == []


@pytest.mark.parametrize("sides", [ACCEPTED, SENT, BOTH])
def test_removed_property_is_breaking_for_everyone(sides):
    assert changes(record(a=TEXT, b=TEXT), record(a=TEXT), sides) == ["data.b: removed"]


def test_newly_required_property_is_breaking_in_events_and_commands():
    old, new = record(a=TEXT), record(["a", "b"], a=TEXT, b=TEXT)
    expected = ["data.a: newly required", "data.b: newly required"]
    assert changes(old, new, ACCEPTED) == changes(old, new, BOTH) == expected
    assert changes(old, new, SENT) == []


def test_withdrawn_promise_is_breaking_in_events_and_responses():
    old, new = record(["a"], a=TEXT), record(a=TEXT)
    assert changes(old, new, SENT) == changes(old, new, BOTH) == ["data.a: no longer always there"]
    assert changes(old, new, ACCEPTED) == []


@pytest.mark.parametrize("sides", [ACCEPTED, SENT, BOTH])
def test_changed_type_is_breaking_for_everyone(sides):
    assert changes(record(a=TEXT), record(a=NUMBER), sides)


def test_narrowed_union_is_breaking_where_accepted():
    assert changes(NULLABLE, TEXT, ACCEPTED) == ["data: null is no longer allowed"]
    assert changes(NULLABLE, TEXT, SENT) == []


def test_widened_union_is_breaking_where_sent():
    assert changes(TEXT, NULLABLE, SENT) == ["data: may now be null"]
    assert changes(TEXT, NULLABLE, ACCEPTED) == []


def test_integer_may_become_a_number_only_where_accepted():
    number = {"type": "number"}
    assert changes(NUMBER, number, ACCEPTED) == []
    assert changes(NUMBER, number, SENT) == ["data: may now be number"]
    assert changes(number, NUMBER, SENT) == []
    assert changes(number, NUMBER, ACCEPTED) == ["data: number is no longer allowed"]


def test_enum_may_gain_values_and_never_lose_one():
    two, three = {"type": "string", "enum": ["a", "b"]}, {"type": "string", "enum": ["a", "b", "c"]}
    assert changes(two, three) == []
    assert changes(three, two) == ["data: the value 'c' was removed"]
    assert changes({"type": "string", "const": "a"}, two) == []
    assert changes(two, {"type": "string", "const": "a"}) == ["data: the value 'b' was removed"]


def test_enum_becoming_free_text_is_breaking_where_sent_and_back_where_accepted():
    some = {"type": "string", "enum": ["a"]}
    assert changes(some, TEXT, SENT) == ["data: any value may come now"]
    assert changes(some, TEXT, ACCEPTED) == []
    assert changes(TEXT, some, ACCEPTED) == ["data: only certain values are allowed now"]


@pytest.mark.parametrize(
    ("loose", "tight"),
    [
        (TEXT, TEXT | {"pattern": "^a"}),
        (TEXT | {"maxLength": 9}, TEXT | {"maxLength": 5}),
        (TEXT | {"minLength": 1}, TEXT | {"minLength": 2}),
        (TEXT, TEXT | {"format": "uuid"}),
        ({}, TEXT),
        ({"type": "array", "items": {}}, {"type": "array", "items": TEXT}),
        ({"type": "object", "additionalProperties": NULLABLE}, {"type": "object", "additionalProperties": TEXT}),
    ],
)
def test_tightening_is_breaking_where_accepted_and_loosening_where_sent(loose, tight):
    assert changes(loose, tight, ACCEPTED)
    assert not changes(loose, tight, SENT)
    assert changes(tight, loose, SENT)
    assert not changes(tight, loose, ACCEPTED)


def test_changed_pattern_is_breaking_for_everyone():
    old, new = TEXT | {"pattern": "^a"}, TEXT | {"pattern": "^b"}
    assert changes(old, new, ACCEPTED) == changes(old, new, SENT) == ["data: pattern is now '^b', was '^a'"]


def test_change_behind_a_reference_in_an_array_is_named_by_its_path():
    def document(cause):
        return record(causes={"type": "array", "items": {"$ref": "#/$defs/Cause"}}) | {"$defs": {"Cause": cause}}

    assert changes(document(record(text=TEXT)), document(record())) == ["data.causes[].text: removed"]


def test_definition_that_refers_to_itself_is_compared_once():
    def document(**leaf):
        return {"$ref": "#/$defs/N", "$defs": {"N": record(child={"$ref": "#/$defs/N"}, **leaf)}}

    assert changes(document(leaf=TEXT), document()) == ["data.leaf: removed"]


def test_moving_a_definition_breaks_nobody():
    inline = record(a=record(b=TEXT))
    referred = record(a={"$ref": "#/$defs/A"}) | {"$defs": {"A": record(b=TEXT)}}
    assert changes(inline, referred) == changes(referred, inline) == []


def test_alternatives_that_are_objects_are_matched_by_likeness():
    one, other = record(a=TEXT, b=TEXT), record(c=TEXT, d=TEXT)
    assert changes({"oneOf": [one, other]}, {"oneOf": [other, one]}) == []


def message(name, data):
    return f"contracts/schemas/{name}.json", record(["data"], data=data)


def judged(old, new):
    return list(breaking_changes(Baseline("HEAD", dict(old)), dict(new)))


def test_event_is_held_to_both_sides_and_command_to_what_it_accepted():
    loose, tight = record(a=NULLABLE), record(a=TEXT)
    assert judged([message("image.regenerated", tight)], [message("image.regenerated", loose)]) == [
        "contracts/schemas/image.regenerated.json: image.regenerated.data.a: may now be null"
    ]
    assert judged([message("image.upload", tight)], [message("image.upload", loose)]) == []
    assert judged([message("image.upload", loose)], [message("image.upload", tight)])


def test_removed_message_type_is_breaking():
    (change,) = judged([message("old.told", record())], [message("new.told", record())])
    assert "message type old.told was removed" in change


def test_message_type_may_go_when_its_successor_was_published_beside_it():
    first, second, third = (message(f"old.told{suffix}", record()) for suffix in ("", ".v2", ".v3"))
    assert judged([first, second], [second]) == []
    assert judged([second, third], [third]) == []
    assert judged([first], [second])
