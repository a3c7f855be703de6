"""A realistic kit: two platforms, their variants and composites, for a brand that has views."""

from dataclasses import replace
from typing import Any

from contracts.values import BrandProfile, Brief, Colours, CopyText, PlatformName, PreferredTerm, Register
from qa_service.domain import Judged, Picture, Words
from qa_service.reviewer import Claim

BRAND = BrandProfile(
    name="茶舗みどり",
    default_register="standard",
    tone_tags=("凛とした", "やさしい"),
    tone_description="落ち着いていて、押しつけない。季節の移ろいを静かに伝える。",
    brand_values=("国産素材", "手仕事", "誠実さ"),
    colours=Colours(primary="#2f5d3a", accent="#f2b8c6"),
    banned_terms=("激安", "ヤバい"),
    preferred_terms=(PreferredTerm(use="お客さま", instead_of="お客様"),),
)
BRIEF = Brief(
    objective="conversion",
    product="桜ほうじ茶ラテ",
    target_audience="20〜30代の働く女性",
    platforms=("instagram", "line"),
    mood_tags=("春", "ひと息"),
    creative_direction="仕事の合間の、自分のための五分間",
)
COPY = {
    "copy-1": ("instagram", "A案", "春を、ひと口", "桜の葉がふわりと香ります。ぜひお試しください。", "詳しく見る"),
    "copy-2": ("instagram", "B案", "がんばる午後に、ひと息", "やさしい甘さで、肩の力が抜けます。", "今すぐ試してみる"),
    "copy-3": ("line", "A案", "桜ほうじ茶ラテ、春の味", "やわらかな桜の香りを、ひと息の時間に。", "お店を探す"),
    "copy-4": ("line", "B案", "五分だけ、私の春", "湯気の向こうに桜の香り。今日をいたわる一杯です。", "メニューを見る"),
}  # fmt: skip
PICTURES: dict[str, tuple[Any, PlatformName | None]] = {
    "image-1": ("image", None),
    "composite-1": ("composited_image", "instagram"),
    "composite-2": ("composited_image", "line"),
    "size-1": ("platform_image", "instagram"),
}


def words(asset_id: str, register: Register = "standard", **changed: Any) -> Words:
    """One of the kit's variants; its fields can be given by name."""
    platform, label, headline, body, cta = COPY[asset_id]
    text: dict[str, Any] = {"headline": headline, "body": body, "cta": cta, "hashtags": ("#春のお茶", "#ほうじ茶ラテ")}
    return Words(asset_id, "a" * 64, platform, label, CopyText(**{**text, **changed}), register)  # pyright: ignore[reportArgumentType]


def picture(asset_id: str, **changed: Any) -> Picture:
    """One of the kit's pictures."""
    kind, platform = PICTURES[asset_id]
    known = Picture(asset_id, f"{len(asset_id):x}{asset_id[-1]}".ljust(64, "0"), kind, "image/png", 1080, 1080, 90_000)
    return replace(known, platform=platform, **changed)


def kit(*changed: Words, **given: Any) -> Judged:
    """The kit, with these variants in place of its own."""
    own = {asset_id: words(asset_id) for asset_id in COPY}
    own.update({one.asset_id: one for one in changed})
    pictures = tuple(picture(asset_id) for asset_id in PICTURES)
    return replace(Judged("campaign-1", BRAND, BRIEF, tuple(own.values()), pictures), **given)


def claim(**changed: Any) -> Claim:
    """A claim that holds for the kit; its fields can be given by name."""
    holds = {
        "section": "brand",
        "target": "copy-2",
        "field": "headline",
        "rule": "tone_mismatch",
        "severity": "error",
        "quote": "がんばる午後に",
        "description": "落ち着いた調子に対して、励ます言い方が強く響きます。",
        "suggestion": "「午後の手を、少し休めて」のように、静かに誘う言い方にしてください。",
    }
    return Claim(**{**holds, **changed})
