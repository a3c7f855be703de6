"""表記ルール: the brand's own way of writing a word."""

import re
from collections.abc import Iterator

from contracts.values import PreferredTerm
from qa_service.rules.reading import Field, Reader, Reading
from qa_service.rules.rule import Hit, Rule
from qa_service.rules.terms import term_spans


def _check(reading: Reading) -> Iterator[Hit]:
    for field in reading.fields:
        for term in reading.brand.preferred_terms:
            for quote in _otherwise(field, term, reading.reader):
                yield Hit(
                    field.name,
                    quote,
                    f"「{quote}」は、このブランドの表記ルールでは「{term.use}」と書きます。",
                    f"「{term.use}」に直してください。",
                )


def _otherwise(field: Field, term: PreferredTerm, reader: Reader) -> Iterator[str]:
    right = [match.span() for match in re.finditer(re.escape(term.use), field.text)] if term.use else []
    for start, end in term_spans(field, term.instead_of, reader):
        if not any(began < end and start < ended for began, ended in right):
            yield field.text[start:end]


RULE = Rule(
    id="brand.preferred_terms",
    section="brand",
    severity="warning",
    title="表記ルール",
    rationale="同じ語の書き方が案ごとに違うと、ブランドの文章として揃いません。",
    source="本製品のブランド設定（表記ルール）",
    passes=("サーバーの増設を承ります。",),
    fails=("サーバの増設を承ります。",),
    check_words=_check,
)
