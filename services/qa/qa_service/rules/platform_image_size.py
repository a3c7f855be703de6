"""A picture's pixels against its placement."""

from collections.abc import Iterator

from platforms.entries import Placement
from qa_service.domain import Picture
from qa_service.rules.placing import name_of, placement_of
from qa_service.rules.rule import Hit, Rule


def _check(picture: Picture) -> Iterator[Hit]:
    placement = placement_of(picture)
    if placement is None or picture.width is None or picture.height is None:
        return
    if not _fits(placement, picture.width, picture.height):
        size = f"{placement.width}×{placement.height}"
        yield Hit(
            "size",
            "",
            f"{name_of(placement)}の規定は{size}ピクセル{_range(placement)}ですが、"
            f"{picture.width}×{picture.height}です。",
            f"{size}ピクセルで書き出し直してください。",
        )


def _fits(placement: Placement, width: int, height: int) -> bool:
    """Exactly the stated size; where least or greatest sizes are stated, any size of its proportions between them."""
    if (width, height) == (placement.width, placement.height):
        return True
    lowest, highest = (placement.min_width, placement.min_height), (placement.max_width, placement.max_height)
    if not any((*lowest, *highest)):
        return False
    least = lowest if any(lowest) else (placement.width, placement.height)
    within = all(
        (low or 1) <= side <= (high or side) for side, low, high in zip((width, height), least, highest, strict=True)
    )
    return within and _same_proportions(placement, width, height)


def _same_proportions(placement: Placement, width: int, height: int) -> bool:
    """Within one pixel of the other side."""
    return abs(width * placement.height - height * placement.width) <= max(placement.width, placement.height)


def _range(placement: Placement) -> str:
    least = _size("最小", placement.min_width, placement.min_height)
    greatest = _size("最大", placement.max_width, placement.max_height)
    bounds = "、".join(bound for bound in (least, greatest) if bound)
    return f"（{bounds}、同じ縦横比）" if bounds else ""


def _size(word: str, width: int | None, height: int | None) -> str:
    if width and height:
        return f"{word}{width}×{height}"
    return f"{word}の幅{width}" if width else f"{word}の高さ{height}" if height else ""


RULE = Rule(
    id="platform.image_size",
    section="platform",
    severity="error",
    title="画像の大きさ",
    rationale="掲載枠の規定と違う大きさの画像は、入稿で受け付けられないか、意図しない位置で切り取られます。",
    source="本製品の媒体規定台帳（各項目の出典と確認日は台帳にあります）",
    check_picture=_check,
)
