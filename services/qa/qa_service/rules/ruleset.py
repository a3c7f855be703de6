"""All rules, and what they find in a kit."""

from collections.abc import Iterator

from qa_service.domain import Finding, Judged
from qa_service.rules import (
    brand_banned_terms,
    brand_preferred_terms,
    keigo_double,
    keigo_humble_for_customer,
    keigo_mixed_style,
    keigo_register,
    legal_guarantee,
    legal_medical,
    legal_number_one,
    legal_superlative,
    platform_image_bytes,
    platform_image_format,
    platform_image_size,
    platform_text_limits,
    visual_contrast,
)
from qa_service.rules.overlaps import charged_once
from qa_service.rules.reading import Reader, read
from qa_service.rules.rule import Hit, Rule

RULE_SET = "qa-rules/2"
RULES: tuple[Rule, ...] = (
    keigo_double.RULE,
    keigo_humble_for_customer.RULE,
    keigo_mixed_style.RULE,
    keigo_register.RULE,
    brand_banned_terms.RULE,
    brand_preferred_terms.RULE,
    visual_contrast.RULE,
    platform_text_limits.RULE,
    platform_image_size.RULE,
    platform_image_bytes.RULE,
    platform_image_format.RULE,
    legal_number_one.RULE,
    legal_superlative.RULE,
    legal_medical.RULE,
    legal_guarantee.RULE,
)


def judge(judged: Judged) -> list[Finding]:
    """What all rules object to: words before pictures, each in the kit's order and by the order of RULES.

    The same kit always gives the same list; what one rule says twice of the same words stands in it once, and of
    legal rules only the gravest speaks of the same words.
    """
    return charged_once(list(dict.fromkeys(_found(judged))), judged.words)


def _found(judged: Judged) -> Iterator[Finding]:
    reader = Reader()
    for words in judged.words:
        reading = read(words, judged.brand, reader)
        for rule in RULES:
            yield from (_finding(rule, words.asset_id, hit) for hit in rule.check_words(reading))
    for picture in judged.pictures:
        for rule in RULES:
            yield from (_finding(rule, picture.asset_id, hit) for hit in rule.check_picture(picture))


def _finding(rule: Rule, target: str, hit: Hit) -> Finding:
    what = (rule.section, target, hit.field, rule.id, rule.severity)
    return Finding(*what, hit.quote, hit.description, hit.suggestion, rule.source)
