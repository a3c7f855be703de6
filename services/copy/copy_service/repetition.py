"""Words that a reader hears twice when two sentences that follow one another share them."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

_SENTENCE = re.compile(r"[^。？！\n]+[。？！]?")
_SLOT = re.compile(r"\{\w+\}")
_KANJI_OR_KATAKANA = re.compile(r"[一-龠々]+|[ァ-ヶー]{2,}")
# Verbs and content words that are written in kana.
_IN_KANA = re.compile(
    r"うれし|ゆっくり|ゆった|ていねい|まっすぐ|ひととき|ひと息|ひと口|ほっと|のんびり|のぞ|ふわり|おいし|やさし|ごほうび|おすす"
    r"|ぜひ|どうぞ|いつも|これから|くわし|こだわ|ひらい|ふれ|はずむ|つくる|わくわく|みませんか|てみ|いかが|ありませんか|ひとつ|いい(?=[なこ日])"
)
# Nouns that carry no meaning of their own.
_EMPTY = frozenset("人方日時今何中私皆様前者物事")


@lru_cache(maxsize=4096)
def content_words(sentence: str) -> frozenset[str]:
    """The verb stems and content words of a sentence or template; what fills its slots does not count."""
    fixed = _SLOT.sub(" ", sentence)
    return frozenset(_KANJI_OR_KATAKANA.findall(fixed) + _IN_KANA.findall(fixed)) - _EMPTY


def sentences(text: str) -> list[str]:
    """The sentences of a text, each with its closing mark."""
    return _SENTENCE.findall(text)


def repeats(texts: Sequence[str]) -> bool:
    """True if among these texts, one after the other, the end of one shares a word with the beginning of the next."""
    return any(content_words(sentences(one)[-1]) & content_words(sentences(other)[0]) for one, other in pairwise(texts))
