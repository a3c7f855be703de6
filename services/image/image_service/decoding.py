"""Proving that bytes from outside are the picture they claim to be, before anything else touches them."""

import io
import warnings

from PIL import Image, UnidentifiedImageError

from image_service.generator import GeneratedImage
from image_service.provider_errors import UntrustworthyOutput

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
MAX_PIXELS = 40_000_000

# Pillow only warns about a decompression bomb. Process-wide, because a scoped filter is not safe between threads.
warnings.simplefilter("error", Image.DecompressionBombWarning)


def checked_image(data: bytes, media_type: str) -> GeneratedImage:
    """Decode a still PNG, JPEG or WebP whole. Raises UntrustworthyOutput if it is anything else. CPU-bound."""
    try:
        with Image.open(io.BytesIO(data), formats=list(MEDIA_TYPES)) as image:
            _check_header(image, media_type)
            image.load()
            return GeneratedImage(data, media_type, image.width, image.height)
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UntrustworthyOutput("The output is not a picture that may be decoded.") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise UntrustworthyOutput("The output is a damaged picture.") from error


def _check_header(image: Image.Image, media_type: str) -> None:
    if MEDIA_TYPES.get(image.format or "") != media_type:
        raise UntrustworthyOutput(f"The output is served as {media_type} but is {image.format}.")
    if image.width * image.height > MAX_PIXELS:
        raise UntrustworthyOutput(f"The output has {image.width}×{image.height} pixels.")
    if getattr(image, "is_animated", False):
        raise UntrustworthyOutput("The output is an animation.")
