"""Where a product is painted."""

from dataclasses import dataclass

from image_service.painting.canvas import Canvas
from image_service.painting.colour import Tone
from image_service.painting.palette import Scheme


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a surface: foot at (x, y) and `size`, about the product's height, all in pixels."""

    canvas: Canvas
    scheme: Scheme
    x: float
    y: float
    size: float
    shadow: Tone

    def moved(self, dx: float, dy: float, size: float) -> "Spot":
        """Another spot on the same surface; distances as shares of this size, `size` too."""
        return Spot(
            self.canvas, self.scheme, self.x + dx * self.size, self.y + dy * self.size, size * self.size, self.shadow
        )
