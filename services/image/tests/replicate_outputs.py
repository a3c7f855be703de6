"""What the stand-in of Replicate serves as pictures, and what comes instead of one."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

from PIL import Image, ImageOps
from starlette.responses import RedirectResponse, Response, StreamingResponse

REDIRECTS = {
    "redirect-loopback": "http://127.0.0.2:1/secret.png",
    "redirect-private": "http://169.254.169.254/latest/meta-data/",
    "redirect-file": "file:///etc/passwd",
}


async def served(run: dict[str, Any] | None, url: str, side: int | None = None) -> Response:
    """A run's picture, of another size than was asked for where one is given, or what its fault makes of it."""
    if run is None or (fault := run["_fault"]) == "expired":
        return Response("Not found", 404)
    if fault.startswith("redirect"):
        return RedirectResponse(REDIRECTS.get(fault, url))
    if fault == "endless":
        return StreamingResponse(_endless(), media_type="image/png")
    if fault == "garbage":
        return Response(b"\x89PNG but not really", media_type="image/png")
    media_type = "image/svg+xml" if fault == "content-type" else "image/png"
    inputs = run["input"]
    width, height = (side or inputs.get(name, 1024) for name in ("width", "height"))
    png = await asyncio.to_thread(picture, width, height, inputs["seed"])
    return Response(png, media_type=media_type)


def picture(width: int, height: int, seed: int) -> bytes:
    """A PNG of the asked size whose two colours follow from the seed."""
    disc = Image.radial_gradient("L").rotate(seed % 360).resize((width, height))
    hue = seed * 47 % 360
    shades = ImageOps.colorize(disc, f"hsl({hue}, 60%, 88%)", f"hsl({(hue + 40) % 360}, 55%, 32%)")
    target = io.BytesIO()
    shades.save(target, "PNG", compress_level=1)
    return target.getvalue()


async def _endless() -> AsyncIterator[bytes]:
    block = b"\x89PNG" * 65536
    while True:
        yield block
        # Once the client is gone nothing else here would ever let the server's loop go on.
        await asyncio.sleep(0)
