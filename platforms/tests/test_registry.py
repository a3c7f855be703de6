"""The data that ships with the package, and what the loader refuses."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import pytest

from contracts.values import PlatformName
from platforms.entries import Entry, Placement, Platform
from platforms.registry import RegistryError, UnknownEntryError, entry_sha256, load_registry, read_registry

ALL = sorted(load_registry().platforms)

LINE_CARD = """\
name: line
label: LINE
placements:
  - id: card
    platform: line
    source: https://example.com/specs
    confidence: third_party
    checked_on: 2026-11-01
    effective_from: 2026-11-01
    width: 1200
    height: 628
    max_bytes: 5_000_000
    formats: [image/jpeg]
    default: true
text:
  - field: title
    parts: [headline]
    max: 20
    counting: chars
    house: true
    reason: kept short
"""


def sizes(platform: str) -> list[tuple[str, int, int]]:
    return [(p.global_id, p.width, p.height) for p in load_registry().default_placements(platform)]


def test_every_platform_a_brief_can_name_is_held() -> None:
    assert set(get_args(PlatformName)) <= set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_every_entry_has_a_dated_source_or_is_a_house_limit_with_its_reason(name: str) -> None:
    for entry in load_registry().platform(name).entries():
        if entry.house:
            assert entry.reason
            assert entry.confidence is None
        else:
            assert entry.source
            assert entry.confidence in {"official", "third_party"}
            assert entry.checked_on is not None
            assert entry.effective_from is not None
            assert entry.effective_from <= entry.checked_on <= datetime.now(UTC).date()


@pytest.mark.parametrize("name", ALL)
def test_every_platform_limits_headline_body_and_cta_and_has_a_default_placement(name: str) -> None:
    platform = load_registry().platform(name)
    assert {"headline", "body", "cta"} <= {part for rule in platform.text for part in rule.parts}
    assert load_registry().default_placements(name)


@pytest.mark.parametrize("name", ALL)
def test_no_placement_is_outside_its_own_least_and_greatest_size(name: str) -> None:
    for p in load_registry().platform(name).placements:
        assert (p.min_width or 1) <= p.width <= (p.max_width or p.width)
        assert (p.min_height or 1) <= p.height <= (p.max_height or p.height)


def test_default_placements_of_the_demo_are_exactly_these() -> None:
    assert sizes("instagram") == [
        ("instagram.feed_square", 1440, 1440),
        ("instagram.feed_portrait", 1440, 1800),
        ("instagram.story", 1440, 2560),
    ]
    assert sizes("x") == [("x.landscape", 800, 418), ("x.square", 800, 800)]
    assert sizes("line") == [("line.card", 1200, 628), ("line.square", 1080, 1080), ("line.small", 600, 400)]


def test_bytes_and_formats_follow_the_stricter_source() -> None:
    registry = load_registry()
    assert {p.max_bytes for p in registry.default_placements("x")} == {5_000_000}
    assert {p.max_bytes for p in registry.default_placements("line")} == {5_000_000}
    assert {f for p in registry.default_placements("x") for f in p.formats} == {"image/png", "image/jpeg"}


def test_story_keeps_clear_of_what_the_platform_covers() -> None:
    zone = load_registry().placement("instagram.story").safe_zone
    assert (zone.top, zone.bottom, zone.left, zone.right) == (140, 350, 60, 60)


@pytest.mark.parametrize(
    ("placement", "both"),
    [
        ("line.card", ("5 MB", "10 MB")),
        ("instagram.feed_square", ("30 MB", "8 MB")),
        ("tiktok.in_feed_vertical", ("540 × 960", "720 × 1280")),
        ("rakuten.first_image", ("GIF", "PNG")),
    ],
)
def test_a_conflict_of_sources_is_recorded_with_both_figures(placement: str, both: tuple[str, str]) -> None:
    note = load_registry().placement(placement).note or ""
    assert "onflict" in note
    assert all(figure in note for figure in both)


def test_an_unknown_platform_or_placement_is_named_in_the_error() -> None:
    with pytest.raises(UnknownEntryError, match="mixi"):
        load_registry().platform("mixi")
    with pytest.raises(UnknownEntryError, match=r"line\.poster"):
        load_registry().placement("line.poster")


@pytest.mark.parametrize(
    ("written", "instead", "complaint"),
    [
        ("width: 1200", "width: wide", r"line\.yaml: placements\.0\.width"),
        ("width: 1200", "width: 1200.0", r"line\.yaml: placements\.0\.width"),
        ("    max_bytes: 5_000_000\n", "", r"placements\.0\.max_bytes: Field required"),
        ("default: true", "default: true\n    colour: red", r"placements\.0\.colour"),
        ("    checked_on: 2026-11-01\n", "", r"placements\.0: .*needs source, confidence"),
        ("    reason: kept short\n", "", r"text\.0: .*house limit has `reason`"),
        ("platform: line", "platform: x", r"line\.yaml: file: .*says platform x"),
        ("counting: chars", "counting: chars\n    links: 1", r"text\.0: .*`links`"),
        ("name: line\n", "name: x\n", r"line\.yaml: "),
        ("label: LINE", "label: [LINE", r"line\.yaml: not YAML"),
    ],
)
def test_a_malformed_file_is_refused_with_its_name_and_field(
    tmp_path: Path, written: str, instead: str, complaint: str
) -> None:
    assert written in LINE_CARD
    (tmp_path / "line.yaml").write_text(LINE_CARD.replace(written, instead, 1), encoding="utf-8")
    with pytest.raises(RegistryError, match=complaint):
        read_registry(tmp_path)


def test_a_well_formed_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "line.yaml").write_text(LINE_CARD, encoding="utf-8")
    assert read_registry(tmp_path).placement("line.card").max_bytes == 5_000_000


def test_a_folder_without_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match=r"no \.yaml"):
        read_registry(tmp_path)


def with_changes(entry: Placement, **changes: object) -> Placement:
    return Placement.model_validate({**entry.model_dump(), **changes})


def test_placement_hash_ignores_evidence() -> None:
    card = load_registry().placement("line.card")
    rechecked = with_changes(card, checked_on=date(2027, 1, 5), source="https://example.com/", note="as before")
    assert entry_sha256(rechecked) == entry_sha256(card)


@pytest.mark.parametrize(
    "changes",
    [{"width": 1201}, {"max_bytes": 10_000_000}, {"formats": ("image/png",)}, {"safe_zone": {"top": 10}}],
)
def test_placement_hash_changes_with_what_is_rendered(changes: dict[str, object]) -> None:
    card = load_registry().placement("line.card")
    assert entry_sha256(with_changes(card, **changes)) != entry_sha256(card)


@pytest.mark.parametrize("changes", [{"text_cells_max": 20}, {"image_rules": ("avoid_text",)}])
def test_placement_hash_ignores_what_nothing_is_made_from(changes: dict[str, object]) -> None:
    card = load_registry().placement("line.card")
    assert entry_sha256(with_changes(card, **changes)) == entry_sha256(card)


def test_text_hash_ignores_evidence_and_images_but_not_limits() -> None:
    line = load_registry().platform("line")

    def with_title(**changes: object) -> Platform:
        title, *rest = line.text
        return line.model_copy(update={"text": (title.model_copy(update=changes), *rest)})

    assert entry_sha256(with_title(checked_on=date(2027, 1, 5))) == entry_sha256(line)
    assert entry_sha256(line.model_copy(update={"placements": ()})) == entry_sha256(line)
    assert entry_sha256(with_title(max=19)) != entry_sha256(line)
    assert entry_sha256(with_title(counting="google_width")) != entry_sha256(line)


def test_entries_cannot_be_changed_in_place() -> None:
    entry: Entry = load_registry().placement("line.card")
    with pytest.raises(ValueError, match="frozen"):
        entry.note = "changed"
