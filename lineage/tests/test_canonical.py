"""Equal content has one hash, wherever and however it is written down."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from contracts.values import Brief
from lineage.canonical import canonical_json, content_hash

SCALARS = st.none() | st.booleans() | st.integers() | st.text()
DOCUMENTS = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


def _shuffled(value, order):
    if isinstance(value, dict):
        keys = list(value)
        order.shuffle(keys)
        return {key: _shuffled(value[key], order) for key in keys}
    return [_shuffled(item, order) for item in value] if isinstance(value, list) else value


@given(DOCUMENTS, st.randoms())
def test_order_of_keys_makes_no_difference(document, order):
    assert canonical_json(_shuffled(document, order)) == canonical_json(document)


@given(DOCUMENTS)
def test_canonical_json_reads_back_as_what_was_written(document):
    assert json.loads(canonical_json(document)) == document


@given(DOCUMENTS, DOCUMENTS)
def test_different_documents_have_different_hashes(one, other):
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (content_hash(one) == content_hash(other)) == same


def test_japanese_is_written_as_itself_in_utf8_without_spaces():
    assert canonical_json({"色": "桜", "a": [1, None]}) == '{"a":[1,null],"色":"桜"}'.encode()


def test_hash_is_the_published_one_of_the_bytes():
    assert content_hash({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize("value", [1.0, {"a": [0.5]}, [{"b": {"c": float("nan")}}], (1, 2.5), {0.5: "key"}])
def test_float_is_refused_wherever_it_hides(value):
    with pytest.raises(TypeError, match="float"):
        canonical_json(value)


@pytest.mark.parametrize("value", [Decimal("1.5"), {1, 2}, b"bytes", object()])
def test_value_that_json_does_not_know_is_refused(value):
    with pytest.raises(TypeError):
        canonical_json(value)


def test_model_is_hashed_as_it_stands_on_the_wire():
    brief = Brief(objective="awareness", product="桜ほうじ茶", target_audience="20代", platforms=("x", "line"))
    assert content_hash(brief) == content_hash(brief.model_dump(mode="json", by_alias=True))
    assert content_hash(brief) == content_hash(Brief.model_validate_json(canonical_json(brief)))


def test_float_in_a_model_is_refused():
    class Measured(BaseModel):
        strength: float

    with pytest.raises(TypeError, match="float"):
        canonical_json(Measured(strength=0.5))
