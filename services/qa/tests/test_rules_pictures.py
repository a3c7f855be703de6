"""Rules about pictures, at placements of the registry."""

from dataclasses import replace

import pytest

from contracts.values import BrandProfile, Brief, Colours
from qa_service.domain import Judged, Picture
from qa_service.rules.picture_cases import Case, cases
from qa_service.rules.ruleset import judge

PLACE = ("instagram", "instagram.story")
STORY = Picture("story", "0" * 64, "platform_image", "image/jpeg", 1440, 2560, 900_000, *PLACE, 700)


def rules(picture: Picture) -> list[str]:
    brand = BrandProfile(name="再生堂", colours=Colours(primary="#112233", accent="#445566"))
    brief = Brief(objective="awareness", product="商品", target_audience="一般", platforms=("instagram",))
    found = judge(Judged("campaign", brand, brief, (), (picture,)))
    assert all((one.target, one.quote) == (picture.asset_id, "") for one in found)
    return [one.rule for one in found]


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: f"{case.picture.placement}-{case.near}")
def test_a_picture_is_objected_to_by_the_rule_it_breaks_and_no_other(case: Case) -> None:
    assert rules(case.picture) == ([case.near] if case.wrong else [])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"width": 1439}, ["platform.image_size"]),
        ({"width": 1080, "height": 1920}, ["platform.image_size"]),
        ({"bytes": 8_000_000}, []),
        ({"bytes": 8_000_001}, ["platform.image_bytes"]),
        ({"media_type": "image/png"}, []),
        ({"media_type": "image/webp"}, ["platform.image_format"]),
        ({"contrast": 450}, []),
        ({"contrast": 449}, ["visual.contrast"]),
        (
            {"contrast": 100, "width": 1, "bytes": 10**9},
            ["visual.contrast", "platform.image_size", "platform.image_bytes"],
        ),
    ],
)
def test_a_story_is_held_to_its_placement(change: dict[str, object], expected: list[str]) -> None:
    assert rules(replace(STORY, **change)) == expected  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    "change",
    [
        {"placement": None},
        {"placement": "instagram.gone"},
        {"placement": "nowhere.at_all"},
        {"width": None},
        {"height": None, "bytes": None},
    ],
)
def test_what_is_not_known_is_not_held_against_a_picture(change: dict[str, object]) -> None:
    unknown = replace(STORY, width=7, bytes=7)
    assert "platform.image_bytes" not in rules(replace(unknown, **change))  # pyright: ignore[reportArgumentType]
    assert "platform.image_size" not in rules(replace(unknown, **change))  # pyright: ignore[reportArgumentType]


def test_a_composite_is_held_to_its_contrast_alone() -> None:
    composite = Picture("composite", "0" * 64, "composited_image", "image/webp", 3, 3, 3, contrast=300)
    assert rules(composite) == ["visual.contrast"]
