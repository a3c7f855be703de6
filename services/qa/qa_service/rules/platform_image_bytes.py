"""A picture's file size against its placement."""

from collections.abc import Iterator

from qa_service.domain import Picture
from qa_service.rules.placing import name_of, placement_of
from qa_service.rules.rule import Hit, Rule


def _check(picture: Picture) -> Iterator[Hit]:
    placement = placement_of(picture)
    if placement is not None and picture.bytes is not None and picture.bytes > placement.max_bytes:
        yield Hit(
            "bytes",
            "",
            f"{name_of(placement)}の容量は{placement.max_bytes:,}バイトまでですが、{picture.bytes:,}バイトあります。",
            "画質を下げて書き出すか、JPEGにして容量を減らしてください。",
        )


RULE = Rule(
    id="platform.image_bytes",
    section="platform",
    severity="error",
    title="画像の容量",
    rationale="掲載枠の上限を超える容量の画像は入稿できません。",
    source="本製品の媒体規定台帳（各項目の出典と確認日は台帳にあります）",
    check_picture=_check,
)
