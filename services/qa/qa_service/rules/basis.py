"""Whether a variant says what a claim rests on: who found it out, and when."""

import re

from qa_service.rules.reading import Reading

_MARK = re.compile(r"[※*]|注[):]?")
_BRACKET = re.compile(r"\(([^()]*)\)")
_WHO = re.compile(r"調べ|しらべ|調査|リサーチ|ランキング|アワード|統計|集計|公表|発表")
_NAMED_RANKING = re.compile(
    r"(?:楽天|amazon|アマゾン|yahoo!?|オリコン|app ?store|google ?play|価格\.com"
    r"|lohaco)[^。]{0,12}ランキング"
)
_WHEN = re.compile(r"(?:19|20)\d\d\s*[年/.\-]|(?:令和|平成)\s*(?:\d+|元)\s*年")


def has_basis(reading: Reading) -> bool:
    """True if a note (after ※ or in brackets) says who found out and when; ※ alone, 当社比 and 自社調べ do not."""
    text = "\n".join(field.folded.text for field in reading.fields)
    notes = [*_MARK.split(text)[1:], *_BRACKET.findall(text)]
    dated = [note for note in notes if _WHEN.search(note)]
    return any(_WHO.search(note) for note in dated) or bool(dated and _NAMED_RANKING.search(text))
