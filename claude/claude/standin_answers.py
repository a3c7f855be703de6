"""What the stand-in says: copy, or a review, made of the material between the fences of the prompt."""

import json
import re
from typing import Any

_HEADLINES = (
    "今日に、小さな楽しみを",
    "ほっとする時間を、あなたに",
    "いつもの毎日に、彩りを",
    "次の週末が、待ち遠しい",
    "ひと息つける、この味を",
    "やさしい一日の、はじまりに",
    "また会いたくなる、おいしさ",
    "午後の私に、ごほうびを",
)
_OPENINGS = ("いつもの一日が、少し楽しみになります。", "がんばる毎日に、ひと息を。", "なにげない時間に寄り添います。")
_CLOSINGS = ("ぜひ一度、ご覧ください。", "お気軽にお試しください。", "くわしくはこちらから。")
_CTAS = ("詳しく見る", "今すぐ見る", "もっと知る")
_NO_HASHTAGS = ("line", "yahoo_japan", "rakuten", "tiktok")


def answer(request: dict[str, Any], fault: str | None, digest: bytes) -> dict[str, Any]:
    """An object valid for the schema asked for: a review where findings are, else copy in the fields named for it."""
    properties = request["output_config"]["format"]["schema"].get("properties", {})
    material = _material(request)
    if "findings" in properties:
        return {"findings": _findings(material)}
    words = _words(material, digest)
    if fault == "too_long" and not material.get("corrections"):
        words["body"] = words["body"] * 40
    return {name: words.get(name, _plain(kind)) for name, kind in properties.items()}


def _plain(kind: dict[str, Any]) -> object:
    if "enum" in kind:
        return kind["enum"][0]
    empty = {"string": "本文", "array": [], "integer": 0, "number": 0, "boolean": True, "object": {}, "null": None}
    return empty[kind.get("type", "null")]


def _words(material: dict[str, Any], digest: bytes) -> dict[str, Any]:
    product = str(material.get("brief", {}).get("product", ""))
    named = f"{product}、" if 0 < len(product) <= 12 else ""
    taken = {sibling.get("headline") for sibling in material.get("siblings", [])}
    start = digest[0] % len(_HEADLINES)
    turned = (*_HEADLINES[start:], *_HEADLINES[:start])
    tags = [] if material.get("platform") in _NO_HASHTAGS else ["#毎日の楽しみ"]
    return {
        "headline": next(headline for headline in turned if headline not in taken),
        "body": _OPENINGS[digest[1] % len(_OPENINGS)] + named + _CLOSINGS[digest[2] % len(_CLOSINGS)],
        "cta": _CTAS[digest[3] % len(_CTAS)],
        "hashtags": tags,
    }


def _findings(material: dict[str, Any]) -> list[dict[str, Any]]:
    """What a careful reader would say of the plainest fault: a button that only repeats its headline."""
    variants = material.get("copy_variants", [])
    repeated = (one for one in variants if one["headline"] and one["headline"] == one["cta"])
    return [
        {
            "section": "platform",
            "target": one["id"],
            "field": "cta",
            "rule": "headline_repeats_cta",
            "severity": "warning",
            "quote": one["cta"],
            "description": "見出しとボタンが同じ言葉のため、押すと何が起きるのかが伝わりません。",
            "suggestion": "ボタンには、押した先でできることを書いてください。",
        }
        for one in repeated
    ]


def _material(request: dict[str, Any]) -> dict[str, Any]:
    """The JSON between the data fences of the prompt; empty if there is none."""
    text = "".join(block.get("text", "") for block in request["messages"][0]["content"])
    fenced = re.search(r"<brief_data>(.*)</brief_data>", text, re.DOTALL)
    try:
        return json.loads(fenced.group(1)) if fenced else {}
    except ValueError:
        return {}
