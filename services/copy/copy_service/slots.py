"""What a brief and a brand put into the phrasebook's slots, cleaned so that the sentence around it stays right.

The target audience is not among it: a brief describes it for us, and nobody wants to read that in an ad.
"""

import re

from contracts.values import BrandProfile, Brief
from copy_service.wording import banned_in

_LONGEST_VALUE, _LONGEST_HASHTAG = 14, 16
_CLAIM = re.compile(
    r"最高|最上|最大|最強|最安|最新|日本一|世界一|業界|一番|いちばん|唯一|究極|完璧|完全|絶対|必ず|万能|効果|効能|治|痩|No\.?\s*1"
    r"|Ｎｏ|ナンバーワン|ナンバー1|100[%％]|100％|初",
    re.IGNORECASE,
)


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
