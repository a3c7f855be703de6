"""What a brief and a brand put into the phrasebook's slots, cleaned so that the sentence around it stays right."""

import re
from dataclasses import dataclass

from contracts.values import BrandProfile, Brief, Register
from copy_service.phrasebook.model import RegisterBook
from copy_service.wording import banned_in

_LONGEST_AUDIENCE, _LONGEST_VALUE, _LONGEST_HASHTAG = 16, 14, 16
_SEGMENT_END = re.compile(r"[、。,，/／;；（(\n]")
_NOT_SAID = re.compile(r"(の?(皆さん|みなさん|皆様|皆さま|みなさま)|の?方々|の?人々|層|向け|など|ターゲット)$")
_JAPANESE_WORDS = re.compile(r"^[0-9A-Za-z０-９ぁ-んァ-ヶー一-龠々〜～\- 　]*[ぁ-んァ-ヶー一-龠々]$")
_PERSON = re.compile(r"([ぁ-ん](人|方)|さん|様|さま)$")
_LIKING = re.compile(r"が(大?好き|苦手|得意|気がかり)$")
_VERB_OR_ADJECTIVE = re.compile(r"[いうくすつぬむるぐぶただ]$")
_NOUN_IN_HIRAGANA = re.compile(r"(らし|がり|好き|働き|寄り|たち|っこ|やり)$")
_CLAIM = re.compile(
    r"最高|最上|最大|最強|最安|最新|日本一|世界一|業界|一番|いちばん|唯一|究極|完璧|完全|絶対|必ず|万能|効果|効能|治|痩|No\.?\s*1"
    r"|Ｎｏ|ナンバーワン|ナンバー1|100[%％]|100％|初",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Addressed:
    """Whom the copy speaks to: as a noun inside a sentence, and as the one it is addressed to."""

    audience: str
    to: str


def addressed(target: str, register: Register, book: RegisterBook) -> Addressed | None:
    """The audience as this register speaks of it; None if the brief's words would not make a natural phrase."""
    words = _NOT_SAID.sub("", _SEGMENT_END.split(target.strip())[0].strip()).strip()
    if not 0 < len(words) <= _LONGEST_AUDIENCE or not _JAPANESE_WORDS.match(words):
        return None
    person = "人" if register == "casual" else "方"
    if _PERSON.search(words):
        words = re.sub(r"(?<=[ぁ-ん])(人|方)$", person, words)
    elif _LIKING.search(words):
        words = f"{words}な{person}"
    elif _VERB_OR_ADJECTIVE.search(words):
        words += person
    elif re.search(r"[ぁ-ん]$", words) and not _NOUN_IN_HIRAGANA.search(words):
        return None
    else:
        return Addressed(book.audience.format(words), book.to.format(words))
    return Addressed(book.audience_person.format(words), book.to_person.format(words))


def spoken_values(brand: BrandProfile, turn: int) -> str | None:
    """One or two of the brand's values, quoted, beginning at `turn`; None if none can be said."""
    sayable = [value.strip("。、 　") for value in brand.brand_values]
    sayable = [v for v in sayable if 0 < len(v) <= _LONGEST_VALUE and not _CLAIM.search(v) and not banned_in(v, brand)]
    if not sayable:
        return None
    start = turn % len(sayable)
    chosen = (sayable[start:] + sayable[:start])[:2]
    # A value may be a noun, a phrase or a sentence; in quotation marks each of them stands in any sentence.
    return "と".join(f"「{value.strip('「」')}」" for value in dict.fromkeys(chosen))


def as_hashtag(words: str) -> str | None:
    """A name as a hashtag without spaces and symbols; None if too long or nothing but digits."""
    tag = re.sub(r"[^\w々ー]", "", words)
    return f"#{tag}" if 1 < len(tag) <= _LONGEST_HASHTAG and not tag.isdigit() else None


def product_name(brief: Brief) -> str:
    """The product as a name on one line."""
    return " ".join(brief.product.split()).rstrip("。、.")
