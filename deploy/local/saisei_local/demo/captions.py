"""What the contact sheet calls an asset: for the client who looks at it, in the platforms' own words."""

from platforms.registry import load_registry
from saisei_local.demo.kit import Asset

PLACEMENTS = {
    "facebook.feed_portrait": "フィード縦長 4:5",
    "facebook.feed_square": "フィード正方形 1:1",
    "facebook.story": "ストーリーズ 9:16",
    "google.demand_gen_portrait": "デマンド ジェネレーション 縦向き 4:5",
    "google.landscape": "横向き 1.91:1",
    "google.square": "スクエア 1:1",
    "instagram.feed_portrait": "フィード縦長 4:5",
    "instagram.feed_square": "フィード正方形 1:1",
    "instagram.story": "ストーリーズ 9:16",
    "line.card": "カード 1.91:1",
    "line.rich_menu_compact": "リッチメニュー 小",
    "line.rich_menu_large": "リッチメニュー 大",
    "line.small": "画像（小） 3:2",
    "line.square": "スクエア 1:1",
    "rakuten.first_image": "商品画像 1枚目",
    "tiktok.in_feed_horizontal": "インフィード 横型 16:9",
    "tiktok.in_feed_square": "インフィード スクエア 1:1",
    "tiktok.in_feed_vertical": "インフィード 縦型 9:16",
    "x.landscape": "横長 1.91:1",
    "x.square": "正方形 1:1",
    "yahoo_japan.landscape": "横長 1.91:1",
    "yahoo_japan.square": "正方形 1:1",
    "youtube.thumbnail": "サムネイル 16:9",
}


def title(asset: Asset) -> str:
    """A regenerated base image or copy variant."""
    if asset["kind"] == "image":
        return _image(asset)
    return f"{_platform(asset)}のコピー（{asset['variantLabel']}）"


def caption(asset: Asset) -> str:
    """A picture, with its size in pixels where a platform wants that."""
    if asset["kind"] == "image":
        return _image(asset)
    if asset["kind"] == "composited_image":
        return f"{_platform(asset)} 合成画像（{_image(asset)}）"
    size = f"{asset['blob']['width']}×{asset['blob']['height']}"
    return f"{_platform(asset)} {PLACEMENTS[asset['placement']]}・{size}（{_image(asset)}）"


def _image(asset: Asset) -> str:
    return f"ベース画像{asset['ordinal']}"


def _platform(asset: Asset) -> str:
    return load_registry().platform(asset["platform"]).label
