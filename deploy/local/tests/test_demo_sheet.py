"""The contact sheet shows whatever pictures a kit has."""

import io

import numpy as np
import pytest
from PIL import Image

from saisei_local.demo.sheet import MARGIN, THUMB_HEIGHT, Pair, Section, contact_sheet

SIZE = (1344, 2048)
RED = (200, 30, 30)
GREY = np.full(SIZE[::-1], 200 * 257, np.uint16)
PICTURES = {
    "jpeg": (Image.new("RGB", SIZE, RED), "JPEG", RED),
    "16-bit": (Image.fromarray(GREY), "PNG", (200, 200, 200)),
    "transparent": (Image.new("RGBA", SIZE, (*RED, 0)), "PNG", RED),
    "palette": (Image.new("RGB", SIZE, RED).convert("P", palette=Image.Palette.ADAPTIVE), "PNG", RED),
    "cmyk": (Image.new("CMYK", SIZE, (0, 217, 217, 55)), "JPEG", RED),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_picture_of_any_format_is_shown(kind: str) -> None:
    picture, file_format, colour = PICTURES[kind]
    buffer = io.BytesIO()
    picture.save(buffer, file_format)
    sheet = contact_sheet("春", "前後", [Section("画像", (), (Pair("画像", buffer.getvalue(), None),))])
    with Image.open(io.BytesIO(sheet)) as shown:
        row = shown.height - MARGIN - THUMB_HEIGHT
        seen = np.asarray(shown.convert("RGB"))[row, MARGIN + 50].astype(int)
    assert np.abs(seen - colour).max() < 8
