"""Where sentences end, and in which style."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from qa_service.rules.reading import Field, Token

Ending = Literal["polite", "copula", "plain", "casual", "other"]
"""です・ます; だ・である; another predicate in plain form; 友達口調; anything else, such as a noun."""

_OPENING, _CLOSING = "「『“（(【", "」』”）)】"
_FRIENDLY = frozenset({"よ", "ね", "ぞ", "ぜ", "じゃん", "もん", "っけ"})
_PLAIN_KINDS = frozenset({"動詞", "形容詞", "助動詞"})
_POLITE = frozenset({"助動詞-デス", "助動詞-マス"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence without what is quoted in it, its closing signs left out."""

    field: Field
    tokens: tuple[Token, ...]
    ending: Ending

    @property
    def text(self) -> str:
        return self.field.text[self.tokens[0].start : self.tokens[-1].end]

    @property
    def predicate(self) -> str:
        """Its last words, from the one before the ending on."""
        at = len(self.tokens) - 1
        while at > 0 and self.tokens[at].kind in {"助動詞", "助詞"} and self.tokens[at].sub != "準体助詞":
            at -= 1
        if self.tokens[at].surface == "ある" and at > 1:
            at -= 2
        while at > 0 and (self.tokens[at].sub == "準体助詞" or self.tokens[at].kind == "助動詞"):
            at -= 1
        return self.field.text[self.tokens[at].start : self.tokens[-1].end]


def sentences(field: Field) -> Iterator[Sentence]:
    """The sentences of a field that have words outside quotation marks and brackets."""
    kept: list[Token] = []
    depth, quoted_last = 0, False
    for token in field.tokens:
        if token.surface in _OPENING:
            depth += 1
        elif token.surface in _CLOSING:
            depth, quoted_last = max(0, depth - 1), True
        elif depth == 0 and _ends(token):
            yield from _finished(field, kept, quoted_last)
            kept, quoted_last = [], False
        elif depth == 0 and token.kind not in {"補助記号", "空白", "記号"}:
            kept.append(token)
            quoted_last = False
    yield from _finished(field, kept, quoted_last)


def _ends(token: Token) -> bool:
    if token.sub == "句点" or "\n" in token.surface:
        return True
    return token.surface in "♪☆★♡♥|｜/／" or unicodedata.category(token.surface[0]) == "So"


def _finished(field: Field, kept: Sequence[Token], quoted_last: bool) -> Iterator[Sentence]:
    if kept:
        yield Sentence(field, tuple(kept), "other" if quoted_last else ending(kept))


def ending(tokens: Sequence[Token]) -> Ending:
    """The style of a sentence by its last words."""
    body = list(tokens)
    particles: set[str] = set()
    while body and body[-1].sub == "終助詞":
        particles.add(body.pop().surface.rstrip("〜～ーっッ"))
    if not body:
        return "other"
    last = body[-1]
    if _is_polite(body):
        return "polite"
    if len(body) > 1 and last.surface == "って" and _is_said(body[-2]):
        return "casual"
    if particles & _FRIENDLY and (last.kind in _PLAIN_KINDS or last.surface in {"て", "で"}):
        return "casual"
    if _is_copula(body):
        return "copula"
    finished = last.form.startswith(("終止形", "連体形")) or last.form == "意志推量形"
    return "plain" if last.kind in _PLAIN_KINDS and finished else "other"


def _is_said(word: Token) -> bool:
    """しないって!, うまいって!: a plain predicate, not a noun that is talked about."""
    return word.kind in _PLAIN_KINDS and word.form.startswith(("終止形", "連体形"))


def _is_polite(body: Sequence[Token]) -> bool:
    for token in reversed(body):
        if token.conjugation in _POLITE:
            return True
        if token.norm == "下さる" and token.form == "命令形":
            return True
        if token.kind != "助動詞":
            return False
    return False


def _is_copula(body: Sequence[Token]) -> bool:
    """だ, だった, だろう, である, であった, であろう at the very end."""
    last, before = body[-1], body[-2] if len(body) > 1 else None
    if last.conjugation == "助動詞-ダ":
        return last.form.startswith("終止形") or last.form == "意志推量形"
    if last.conjugation == "助動詞-タ" and before is not None:
        return before.conjugation == "助動詞-ダ" or _is_being(body[:-1])
    return _is_being(body)


def _is_being(body: Sequence[Token]) -> bool:
    return (
        len(body) > 1
        and body[-1].lemma in {"ある", "有る"}
        and body[-2].surface == "で"
        and (body[-2].conjugation == "助動詞-ダ")
    )
