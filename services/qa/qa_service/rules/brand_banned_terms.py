"""Words the brand does not use."""

from collections.abc import Iterator

from qa_service.rules.reading import Reading
from qa_service.rules.rule import Hit, Rule
from qa_service.rules.terms import term_spans


def _check(reading: Reading) -> Iterator[Hit]:
    for field in reading.fields:
        for term in reading.brand.banned_terms:
            for start, end in term_spans(field, term, reading.reader, any_script=True):
                quote = field.text[start:end]
                which = "です" if quote == term else f"「{term}」にあたります"
                yield Hit(
                    field.name,
                    quote,
                    f"「{quote}」は、このブランドの禁止語{which}。",
                    "別の言葉に言い換えるか、この部分を削ってください。",
                )


RULE = Rule(
    id="brand.banned_terms",
    section="brand",
    severity="error",
    title="禁止語",
    rationale=(
        "ブランドが使わないと決めた語です。全角・半角、かな・カナ、大文字・小文字、"
        "語末の長音の違いは同じ語とみなします。"
    ),
    source="本製品のブランド設定（禁止語）",
    passes=("お手頃な価格でお届けします。",),
    fails=("激安セールを開催します。", "今だけゲキヤスです。"),
    check_words=_check,
)
