"""Where a brand's term stands in a text, in whichever way it is written, but not inside another word."""

from collections.abc import Iterator, Sequence

from qa_service.rules.folding import fold, fold_kana
from qa_service.rules.reading import Field, Reader, Token

_CONTENT = frozenset({"名詞", "動詞", "形容詞", "形状詞"})


def term_spans(field: Field, term: str, reader: Reader, *, any_script: bool = False) -> Iterator[tuple[int, int]]:
    """Start and end of each place; also of inflected forms, if the term is one verb or adjective.

    `any_script`: also where kana stand for its characters, as おひとりさま for おひとり様.
    """
    found = {*_written(field, term, reader), *_inflected(field, term, reader)}
    if any_script:
        found |= set(_same_norms(field, term, reader))
    taken = 0
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if start >= taken:
            taken = end
            yield start, end


def _written(field: Field, term: str, reader: Reader) -> Iterator[tuple[int, int]]:
    wanted = fold_kana(term.strip()).text
    if not wanted:
        return
    kinds = [token.kind for token in reader.tokens(term.strip())]
    at = field.kana.text.find(wanted)
    while at >= 0:
        start, end = field.kana.span(at, at + len(wanted))
        end = _with_long_end(field, end)
        if (covered := _covered(field, start, end)) and _same_word(field.text[start:end], term, covered, kinds):
            yield start, end
        at = field.kana.text.find(wanted, at + 1)


def _with_long_end(field: Field, end: int) -> int:
    """Past the long vowel that folding left out."""
    following = field.text[end : end + 8]
    return end + len(following) - len(following.lstrip("ーｰ")) if end not in field.kana_starts else end


def _covered(field: Field, start: int, end: int) -> tuple[Token, ...]:
    """The words of a place, empty if it begins or ends inside of one."""
    first, last = field.starting.get(start), field.ending.get(end)
    return () if first is None or last is None else field.tokens[first : last + 1]


def _same_word(written: str, term: str, words: Sequence[Token], kinds: list[str]) -> bool:
    """ただ is a conjunction and not タダ: where only the kana agree, it must be a word of content."""
    if _plain(written) == _plain(term.strip()) or len(words) != 1 or len(kinds) != 1:
        return True
    return words[0].kind == kinds[0] or words[0].kind in _CONTENT


def _plain(text: str) -> str:
    return fold(text).text.rstrip("ー")


def _inflected(field: Field, term: str, reader: Reader) -> Iterator[tuple[int, int]]:
    words = reader.tokens(term.strip())
    if len(words) != 1 or words[0].kind not in {"動詞", "形容詞"}:
        return
    for token in field.tokens:
        if token.kind == words[0].kind and token.lemma == words[0].surface:
            yield token.start, token.end


def _same_norms(field: Field, term: str, reader: Reader) -> Iterator[tuple[int, int]]:
    wanted = [(token.kind, token.norm) for token in reader.tokens(term.strip())]
    if not any(kind in _CONTENT for kind, _ in wanted):
        return
    for at in range(len(field.tokens) - len(wanted) + 1):
        words = field.tokens[at : at + len(wanted)]
        if [(token.kind, token.norm) for token in words] == wanted:
            yield words[0].start, words[-1].end
