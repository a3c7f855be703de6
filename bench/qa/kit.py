"""A kit as large as one of five platforms with everything in it."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle, islice

from contracts.values import VARIANT_LABELS, PlatformName, PreferredTerm
from platforms.registry import load_registry
from qa_service.domain import Judged, Picture, Words
from qa_service.rules.figures import Labelled, as_kit

PLATFORMS: tuple[PlatformName, ...] = ("instagram", "facebook", "x", "line", "yahoo_japan")
TOGETHER, PICTURES = 4, 40


def whole_kit(texts: Sequence[Labelled]) -> Judged:
    """Five platforms with four variants each, of four labelled texts put together, and forty pictures."""
    kit = as_kit(texts[0])
    terms = (PreferredTerm(use="サーバー", instead_of="サーバ"), PreferredTerm(use="子ども", instead_of="子供"))
    brand = kit.brand.model_copy(update={"banned_terms": ("激安", "格安", "業者", "安い"), "preferred_terms": terms})
    return replace(kit, brand=brand, words=tuple(_words(texts)), pictures=tuple(islice(cycle(_pictures()), PICTURES)))


def _words(texts: Sequence[Labelled]) -> list[Words]:
    bodies = cycle([one.text.body for one in texts[::7]])
    made: list[Words] = []
    for platform in PLATFORMS:
        for label in VARIANT_LABELS:
            changed = {"body": "\n".join(islice(bodies, TOGETHER)), "cta": "詳しく見る", "hashtags": ("#新商品",)}
            text = texts[len(made)].text.model_copy(update=changed)
            made.append(Words(f"{platform}-{label}", "0" * 64, platform, label, text, "standard"))
    return made


def _pictures() -> list[Picture]:
    return [
        Picture(one.global_id, "0" * 64, "platform_image", "image/jpeg", *size, name, one.global_id, 700)
        for name in PLATFORMS
        for one in load_registry().platform(name).placements
        for size in [(one.width, one.height, one.max_bytes // 2)]
    ]
