"""Contrast of the text that is set on a picture."""

from collections.abc import Iterator

from qa_service.domain import Picture
from qa_service.rules.rule import Hit, Rule

LEAST = 450
"""In hundredths: 4.5:1."""


def _check(picture: Picture) -> Iterator[Hit]:
    if picture.contrast is not None and picture.contrast < LEAST:
        # Cut, not rounded, so that 4.499 does not read as 4.50.
        ratio = f"{picture.contrast // 100}.{picture.contrast % 100:02d}"
        yield Hit(
            "contrast",
            "",
            f"画像の文字と背景のコントラスト比が{ratio}:1で、基準の4.5:1に足りません。",
            "文字の色や下地を変える、背景の模様が少ない場所へ文字を移すなどして、4.5:1以上にしてください。",
        )


RULE = Rule(
    id="visual.contrast",
    section="visual",
    severity="error",
    title="文字のコントラスト",
    rationale="コントラストが低い文字は、明るい屋外や小さな画面、弱視の人には読めません。",
    source="WCAG 2.2 達成基準 1.4.3 コントラスト（最低限）、2023-10-05",
    check_picture=_check,
)
