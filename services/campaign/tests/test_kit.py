"""What a campaign's kit consists of."""

from collections import Counter
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign_service.domain import asset_id, check_brief, plan_image, plan_kit
from campaign_service.errors import InvalidBrief
from contracts.values import VARIANT_LABELS, BlobRef
from platforms.registry import load_registry

PLATFORMS = ("instagram", "x", "line")
ALL = ("instagram", "facebook", "x", "line", "yahoo_japan", "rakuten", "youtube", "tiktok")


def _placements(platform):
    return [placement.global_id for placement in load_registry().default_placements(platform)]


def _plan(platforms=PLATFORMS, images=2, campaign="c-1"):
    return plan_kit(campaign, "b-1", platforms, images, _placements)


def _by_id(kit):
    return {asset.id: asset for asset in kit}


def test_three_platforms_and_two_images_make_the_demos_kit():
    assert Counter(asset.kind for asset in _plan()) == {
        "copy_variant": 12,
        "image": 2,
        "composited_image": 6,
        "platform_image": 16,
    }


@given(st.lists(st.sampled_from(ALL), unique=True, min_size=1), st.integers(1, 8))
def test_kit_has_every_default_placement_of_each_composite_and_nothing_twice(platforms, images):
    kit = _plan(platforms, images)
    sizes = Counter((asset.ordinal, asset.placement) for asset in kit if asset.kind == "platform_image")
    assert sizes == Counter(
        (ordinal, placement)
        for ordinal in range(1, images + 1)
        for platform in platforms
        for placement in _placements(platform)
    )
    assert len(_by_id(kit)) == len(kit)
    assert len(kit) == 4 * len(platforms) + images * (1 + len(platforms)) + sum(sizes.values())


@given(st.lists(st.sampled_from(ALL), unique=True, min_size=1), st.integers(1, 8))
def test_everything_in_a_kit_rests_on_the_kit_the_brief_or_the_brand(platforms, images):
    kit = _plan(platforms, images)
    known = {"c-1", "b-1", *_by_id(kit)}
    assert all(set(asset.upstream.values()) <= known for asset in kit)


def test_composite_carries_its_platforms_first_variant_its_image_and_the_brand():
    kit = _by_id(_plan())
    for composite in (asset for asset in kit.values() if asset.kind == "composited_image"):
        copy, image = kit[composite.upstream["copy"]], kit[composite.upstream["image"]]
        assert (copy.platform, copy.variant_label) == (composite.platform, "A案")
        assert (image.kind, image.ordinal) == ("image", composite.ordinal)
        assert composite.upstream["brand"] == "b-1"


def test_each_platform_has_four_variants_in_the_order_of_their_labels():
    copies = [asset for asset in _plan() if asset.kind == "copy_variant" and asset.platform == "line"]
    assert [(copy.ordinal, copy.variant_label) for copy in copies] == list(enumerate(VARIANT_LABELS, start=1))


def test_ids_are_the_same_whenever_the_kit_is_planned_and_other_for_another_campaign():
    assert _plan() == _plan()
    assert not set(_by_id(_plan())) & set(_by_id(_plan(campaign=str(uuid4()))))


def test_parts_of_a_kit_keep_their_ids_whatever_else_is_in_it():
    small = {asset.id for asset in _plan(("x",), 1)}
    assert small < {asset.id for asset in _plan(("line", "x"), 3)}
    assert asset_id("c-1", "copy", "x", "A案") in small


def test_own_photo_rests_on_neither_brief_nor_brand_while_its_composites_do():
    photo = BlobRef(sha256="1" * 64, media_type="image/jpeg", bytes=9)
    image, *rest = plan_image("c-1", "b-1", PLATFORMS, 3, _placements, photo)
    assert (image.upstream, image.upload, image.ordinal) == ({}, photo, 3)
    assert {asset.kind for asset in rest} == {"composited_image", "platform_image"}
    assert all(asset.upload is None for asset in rest)


@pytest.mark.parametrize(
    ("fields", "images", "message"),
    [
        ({"product": " 　"}, 2, "a brief needs a product and a target audience"),
        ({"target_audience": ""}, 2, "a brief needs a product and a target audience"),
        ({"platforms": ()}, 2, "a brief names at least one platform, each once"),
        ({"platforms": ("x", "x")}, 2, "a brief names at least one platform, each once"),
        ({}, 0, "a campaign starts with 1 to 8 base images, not 0"),
        ({}, 9, "a campaign starts with 1 to 8 base images, not 9"),
    ],
)
def test_brief_that_cannot_be_worked_from_is_refused_in_words(make_brief, fields, images, message):
    with pytest.raises(InvalidBrief, match=f"^{message}$"):
        check_brief(make_brief(**fields), images)


def test_good_brief_passes_with_the_fewest_and_the_most_images(make_brief):
    for images in (1, 8):
        check_brief(make_brief(), images)
