"""A brand's own words: terms it never uses, and how it writes those it does (表記ルール)."""

import re
import unicodedata

from contracts.values import BrandProfile, CopyText


def in_house_style(text: str, brand: BrandProfile) -> str:
    """The text with every preferred term in place.

    One pass, and what is already right is left alone: with 「Webサイト」 for 「サイト」, 「Webサイト」 stays as it is.
    """
    wanted = {rule.instead_of: rule.use for rule in brand.preferred_terms if rule.instead_of}
    if not wanted:
        return text
    keep = {rule.use: rule.use for rule in brand.preferred_terms if rule.use}
    table = {**wanted, **keep}
    pattern = "|".join(re.escape(term) for term in sorted(table, key=len, reverse=True))
    return re.sub(pattern, lambda found: table[found.group()], text)


def banned_in(text: str, brand: BrandProfile) -> list[str]:
    """The brand's banned terms that stand in this text, whatever their case and width."""
    folded = _folded(text)
    return [term for term in brand.banned_terms if term.strip() and _folded(term.strip()) in folded]


def banned_in_copy(copy: CopyText, brand: BrandProfile) -> list[str]:
    """The brand's banned terms that stand in any field of this variant."""
    fields = (copy.headline, copy.body, copy.cta, *copy.hashtags)
    return sorted({term for field in fields for term in banned_in(field, brand)})


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
