"""What the contact sheet calls its pictures."""

from platforms.registry import load_registry
from saisei_local.demo.captions import PLACEMENTS, caption


def test_every_placement_of_the_registry_has_a_name_that_a_client_knows():
    platforms = load_registry().platforms.values()
    known = {placement.global_id for platform in platforms for placement in platform.placements}
    assert set(PLACEMENTS) == known


def test_caption_names_platform_placement_size_and_picture():
    asset = {
        "kind": "platform_image",
        "ordinal": 1,
        "platform": "instagram",
        "placement": "instagram.feed_portrait",
        "blob": {"width": 1440, "height": 1800},
    }
    assert caption(asset) == "Instagram フィード縦長 4:5・1440×1800（ベース画像1）"
