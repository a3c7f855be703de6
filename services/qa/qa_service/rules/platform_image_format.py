"""A picture's format against its placement."""

from collections.abc import Iterator

from qa_service.domain import Picture
from qa_service.rules.placing import name_of, placement_of
from qa_service.rules.rule import Hit, Rule


def _check(picture: Picture) -> Iterator[Hit]:
    placement = placement_of(picture)
    if placement is not None and picture.media_type not in placement.formats:
        taken = "・".join(_name(media_type) for media_type in placement.formats)
        yield Hit(
            "format",
            "",
            f"{name_of(placement)}が受け付ける形式は{taken}ですが、{_name(picture.media_type)}です。",
            f"{_name(placement.formats[0])}で書き出し直してください。",
        )


def _name(media_type: str) -> str:
    return media_type.rpartition("/")[2].upper()


RULE = Rule(
    id="platform.image_format",
    section="platform",
    severity="error",
    title="画像の形式",
    rationale="掲載枠が受け付けない形式の画像は入稿できません。",
    source="本製品の媒体規定台帳（各項目の出典と確認日は台帳にあります）",
    check_picture=_check,
)
