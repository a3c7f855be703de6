"""Staleness is computed from recorded inputs, and always names its cause."""

from hypothesis import given
from hypothesis import strategies as st

from contracts.values import InputSet, JobOptions, UpstreamRef, Wanted
from lineage.basis import request_basis, same_request
from lineage.staleness import causes, input_hash, inputs_now, is_stale

A, B, C = "a" * 64, "b" * 64, "c" * 64

NAMES = st.sampled_from(["image", "copy", "brand", "prompt", "layout"])
REFS = st.builds(UpstreamRef, id=st.sampled_from(["i", "j"]), version=st.integers(1, 3), sha256=st.sampled_from([A, B]))
VALUES = st.sampled_from([None, True, False, 0, 1, 2, "", "1", "True", "桜", "A案"])
INPUTS = st.builds(
    InputSet,
    upstream=st.dictionaries(NAMES, REFS, max_size=3),
    parameters=st.dictionaries(NAMES, VALUES, max_size=3),
)


def _ref(version: int, sha256: str, piece: str = "IMG") -> UpstreamRef:
    return UpstreamRef(id=piece, version=version, sha256=sha256)


def _inputs(image: UpstreamRef, **parameters) -> InputSet:
    return InputSet(upstream={"image": image}, parameters=parameters)


@given(INPUTS, INPUTS)
def test_there_are_causes_exactly_when_the_hashes_differ(made_from, now):
    assert bool(causes(made_from, now)) == (input_hash(made_from) != input_hash(now))


@given(INPUTS)
def test_nothing_is_stale_against_itself(inputs):
    assert causes(inputs, inputs) == ()
    assert not is_stale([input_hash(inputs)], input_hash(inputs))


@given(INPUTS, INPUTS)
def test_hash_survives_the_wire(inputs, other):
    again = InputSet.model_validate_json(inputs.model_dump_json(by_alias=True))
    assert input_hash(again) == input_hash(inputs)
    assert causes(again, other) == causes(inputs, other)


@given(INPUTS, st.integers(1, 99))
def test_version_numbers_take_no_part_in_the_hash(inputs, version):
    renumbered = {role: ref.model_copy(update={"version": version}) for role, ref in inputs.upstream.items()}
    assert input_hash(inputs.model_copy(update={"upstream": renumbered})) == input_hash(inputs)


def test_ids_hashes_roles_and_parameters_take_part_in_the_hash():
    base = _inputs(_ref(1, A), prompt="桜")
    others = [
        _inputs(_ref(1, A, "OTHER"), prompt="桜"),
        _inputs(_ref(1, B), prompt="桜"),
        _inputs(_ref(1, A), prompt="梅"),
        _inputs(_ref(1, A), prompt="桜", seed=1),
        InputSet(upstream={"photo": _ref(1, A)}, parameters={"prompt": "桜"}),
    ]
    assert len({input_hash(inputs) for inputs in (base, *others)}) == 6


def test_yes_and_one_are_different_parameters():
    [cause] = causes(_inputs(_ref(1, A), flag=True), _inputs(_ref(1, A), flag=1))
    assert cause.upstream_id == "flag"


def test_parameter_that_is_nothing_is_as_good_as_absent():
    assert input_hash(_inputs(_ref(1, A), direction=None)) == input_hash(_inputs(_ref(1, A)))


def test_editing_a_prompt_and_editing_it_back_ends_fresh():
    made = _inputs(_ref(1, A), prompt="桜並木")
    confirmed = [input_hash(made)]
    assert is_stale(confirmed, input_hash(_inputs(_ref(1, A), prompt="夜桜")))
    assert not is_stale(confirmed, input_hash(_inputs(_ref(1, A), prompt="桜並木")))


def test_piece_restored_to_earlier_bytes_leaves_what_was_made_from_them_fresh():
    confirmed = [input_hash(_inputs(_ref(1, A)))]
    assert is_stale(confirmed, input_hash(_inputs(_ref(2, B))))
    assert not is_stale(confirmed, input_hash(_inputs(_ref(3, A))))


def test_any_confirming_input_set_keeps_a_version_fresh():
    confirmed = [input_hash(_inputs(_ref(1, A))), input_hash(_inputs(_ref(2, B)))]
    assert [is_stale(confirmed, input_hash(_inputs(_ref(3, sha)))) for sha in (A, B, C)] == [False, False, True]


def test_what_cannot_be_made_today_is_confirmed_by_nothing():
    assert is_stale([input_hash(_inputs(_ref(1, A)))], None)
    assert is_stale([], None)


def test_causes_say_in_words_what_differs_upstream_pieces_first():
    made = InputSet(
        upstream={"image": _ref(2, A), "copy": _ref(1, A, "COPY-A"), "brand": _ref(1, A, "BR")},
        parameters={"layout": "bottom", "direction": None},
    )
    now = InputSet(
        upstream={"image": _ref(3, B), "copy": _ref(5, B, "COPY-B"), "logo": _ref(1, C, "LOGO")},
        parameters={"layout": "top", "direction": "涼しげに"},
    )
    told = causes(made, now)
    assert [cause.text for cause in told] == [
        "brand BR is no longer used",
        "copy COPY-B is chosen now; this was made from COPY-A",
        "image IMG is at version 3; this was made from version 2",
        "logo LOGO is used now; it was not before",
        "direction is 涼しげに; this was made with nothing",
        "layout is top; this was made with bottom",
    ]
    assert [(cause.was, cause.now) for cause in told[:3]] == [(1, None), ("COPY-A", "COPY-B"), (2, 3)]


def test_causes_call_pieces_as_people_do():
    made = InputSet(
        upstream={"copy": _ref(1, A, "COPY-A"), "image": _ref(1, A), "brief": _ref(1, A, "BF")}, parameters={}
    )
    now = InputSet(
        upstream={"copy": _ref(5, B, "COPY-B"), "image": _ref(2, B), "brief": _ref(2, B, "BF")}, parameters={}
    )
    names = {"COPY-A": "copy variant A案 for x", "COPY-B": "copy variant B案 for x", "IMG": "image 2", "BF": "brief"}
    assert [cause.text for cause in causes(made, now, names)] == [
        "brief is at version 2; this was made from version 1",
        "copy variant B案 for x is chosen now; this was made from copy variant A案 for x",
        "image 2 is at version 2; this was made from version 1",
    ]


def test_long_prompt_is_shortened_in_words_and_whole_in_data():
    [cause] = causes(_inputs(_ref(1, A), prompt="a" * 200), _inputs(_ref(1, A), prompt="b" * 200))
    assert cause.text == f"prompt is {'b' * 79}…; this was made with {'a' * 79}…"
    assert (cause.was, cause.now) == ("a" * 200, "b" * 200)


def test_inputs_of_today_take_each_wanted_piece_as_it_stands():
    wanted = Wanted(revision=1, upstream={"image": "IMG"}, parameters={"layout": "top"})
    assert inputs_now(wanted, {"IMG": _ref(4, B), "else": _ref(1, A, "else")}) == _inputs(_ref(4, B), layout="top")


def test_there_are_no_inputs_today_while_a_wanted_piece_is_missing():
    wanted = Wanted(revision=1, upstream={"image": "IMG", "copy": "COPY"})
    assert inputs_now(wanted, {"IMG": _ref(1, A)}) is None


def test_requests_are_the_same_when_basis_and_options_are():
    basis, other = request_basis(A, B, None), request_basis(A, B, "夜桜")
    plain, directed = JobOptions(), JobOptions(custom_prompt="夜桜")
    assert same_request(basis, plain, request_basis(A, B, None), JobOptions())
    assert not same_request(basis, plain, other, plain)
    assert not same_request(basis, plain, basis, directed)
    assert len({basis, other, request_basis(B, A, None)}) == 3
