"""Whatever is claimed, what is kept can be looked up."""

import unicodedata
from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from qa_service.criteria import BY_NAME
from qa_service.domain import TEXT_FIELDS, field_text
from qa_service.quoting import Quotable
from qa_service.reviewer import Claim
from qa_service.vetting import MAX_EXPLANATION, MAX_FINDINGS, RULE_PREFIX, vetted

from .kits import COPY, PICTURES, kit

anything = st.text(st.characters(exclude_categories=())) | st.sampled_from(
    ["", "合格", "\x00", "\ud800", "<b>", "\u202e"]
)
KIT = kit()
TEXTS = [field_text(one.text, field) for one in KIT.words for field in TEXT_FIELDS]


@st.composite
def parts(draw: st.DrawFn) -> str:
    """A piece of some field of the kit, so that many quotes stand somewhere."""
    text = draw(st.sampled_from(TEXTS))
    start = draw(st.integers(0, len(text)))
    return text[start : draw(st.integers(start, len(text)))]


claims = st.builds(
    Claim,
    section=st.sampled_from(sorted({section for section, _ in BY_NAME})) | anything,
    target=st.sampled_from([*COPY, *PICTURES, "copy-of-another-campaign"]) | anything,
    field=st.sampled_from([*TEXT_FIELDS, "picture", "score"]) | anything,
    rule=st.sampled_from(sorted({rule for _, rule in BY_NAME})) | anything,
    severity=st.sampled_from(["error", "warning", "none"]) | anything,
    quote=parts() | anything,
    description=anything,
    suggestion=anything,
)
named = st.sampled_from(sorted(BY_NAME)).flatmap(
    lambda name: st.builds(
        Claim,
        section=st.just(name[0]),
        rule=st.just(name[1]),
        target=st.sampled_from([*COPY, *PICTURES]),
        field=st.sampled_from([*TEXT_FIELDS, "picture"]),
        severity=st.sampled_from(["error", "warning"]),
        quote=parts(),
        description=st.just("説明です。") | anything,
        suggestion=st.just("直し方です。") | anything,
    )
)


@given(st.lists(claims | named, max_size=30), st.sets(st.sampled_from([*PICTURES])))
def test_every_finding_is_about_the_kit_and_quotes_its_field(said, seen):
    result = vetted(KIT, said, seen)
    variants = {one.asset_id: one.text for one in KIT.words}
    assert len(result.findings) + result.discarded == len(said)
    assert len(result.findings) <= MAX_FINDINGS
    for finding in result.findings:
        criterion = BY_NAME[finding.section, finding.rule.removeprefix(RULE_PREFIX)]
        assert finding.rule.startswith(RULE_PREFIX)
        assert finding.severity == "warning" or criterion.worst == "error"
        if finding.target in variants:
            assert finding.quote
            assert finding.quote in field_text(variants[finding.target], finding.field)  # pyright: ignore[reportArgumentType]
        else:
            assert (finding.target in seen, finding.field, finding.quote) == (True, "picture", "")
            assert finding.severity == "warning"


@given(st.lists(claims | named, max_size=10))
def test_explanations_are_short_plain_and_can_be_encoded(said):
    for finding in vetted(KIT, said, PICTURES).findings:
        for text in (finding.description, finding.suggestion):
            assert 0 < len(text) <= MAX_EXPLANATION
            assert not {unicodedata.category(one) for one in text} & {"Cc", "Cf", "Cs"}
            assert not set(text) & set("<>\n")
        assert str(asdict(finding)).encode()


@given(st.lists(named, max_size=10), st.randoms())
def test_saying_it_again_adds_nothing(said, random):
    again = said * 2
    random.shuffle(again)
    kept = {(one.target, one.field, one.rule, one.quote) for one in vetted(KIT, said, PICTURES).findings}
    assert {(one.target, one.field, one.rule, one.quote) for one in vetted(KIT, again, PICTURES).findings} == kept


@given(anything, anything)
def test_what_is_found_is_a_part_of_the_text(text, quote):
    found = Quotable(text).find(quote)
    assert found is None or (found and found in text)


@given(anything, anything, anything)
def test_what_stands_in_a_text_is_found_in_it(before, quote, after):
    assert not quote.strip() or Quotable(before + quote + after).find(quote) == quote.strip()
