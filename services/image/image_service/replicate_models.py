"""The Replicate models that this service knows how to ask: their inputs, their limits and what they cost."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from assets.provider_errors import InvalidRequest
from image_service.generator import ImageRequest

ModelInput = dict[str, str | int]

_RATIOS = {"1:1": 1.0, "16:9": 16 / 9, "3:2": 1.5, "4:3": 4 / 3, "5:4": 1.25}
ASPECT_RATIOS = _RATIOS | {":".join(reversed(name.split(":"))): 1 / ratio for name, ratio in _RATIOS.items()}


@dataclass(frozen=True, slots=True)
class ReplicateModel:
    """One model: how it takes a size (pixels, sides between `min_side` and `max_side`) and its price in US dollars."""

    id: str
    label: str
    inputs: Callable[["ReplicateModel", ImageRequest], ModelInput]
    usd_per_run: Decimal
    usd_per_megapixel: Decimal = Decimal(0)
    min_side: int = 256
    max_side: int = 1440

    def fitted(self, width: int, height: int) -> tuple[int, int]:
        """The nearest size of the same shape that the model makes: sides in its range and multiples of 32."""
        scale = min(1.0, self.max_side / max(width, height))
        scale = max(scale, self.min_side / min(width, height))
        sides = (max(self.min_side, min(self.max_side, round(side * scale / 32) * 32)) for side in (width, height))
        fitted_width, fitted_height = sides
        return fitted_width, fitted_height

    def usd(self, width: int, height: int) -> Decimal:
        """Price of one picture; megapixels of 1024 × 1024 are counted whole, as Replicate bills them."""
        fitted_width, fitted_height = self.fitted(width, height)
        return self.usd_per_run + self.usd_per_megapixel * ceil(fitted_width * fitted_height / 1024**2)


def exact_size(model: ReplicateModel, request: ImageRequest) -> ModelInput:
    """Inputs of models that take width and height under aspect_ratio `custom`."""
    width, height = model.fitted(request.width, request.height)
    return _shared(request) | {"aspect_ratio": "custom", "width": width, "height": height, "safety_tolerance": 2}


def nearest_ratio(_model: ReplicateModel, request: ImageRequest) -> ModelInput:
    """Inputs of models that take only one of a list of aspect ratios."""
    wanted = request.width / request.height
    ratio = min(ASPECT_RATIOS, key=lambda name: max(ASPECT_RATIOS[name] / wanted, wanted / ASPECT_RATIOS[name]))
    return _shared(request) | {"aspect_ratio": ratio, "num_outputs": 1, "megapixels": "1"}


def _shared(request: ImageRequest) -> ModelInput:
    return {"prompt": request.prompt, "seed": request.seed, "output_format": "png"}


# Inputs: replicate.com/<id>/api. Prices: the same pages and docs.bfl.ai/quick_start/pricing, as of 2026-11-20.
CATALOGUE: tuple[ReplicateModel, ...] = (
    ReplicateModel(
        "black-forest-labs/flux-2-pro", "FLUX.2 [pro]", exact_size, Decimal("0.015"), Decimal("0.015"), max_side=2048
    ),
    ReplicateModel("black-forest-labs/flux-1.1-pro", "FLUX1.1 [pro]", exact_size, Decimal("0.04")),
    ReplicateModel("black-forest-labs/flux-schnell", "FLUX.1 [schnell]", nearest_ratio, Decimal("0.003")),
)


def model_named(model_id: str) -> ReplicateModel:
    """The catalogue entry. Raises InvalidRequest, before anything is sent, for a model without one."""
    for model in CATALOGUE:
        if model.id == model_id:
            return model
    known = ", ".join(model.id for model in CATALOGUE)
    raise InvalidRequest(f"Unknown Replicate model {model_id!r}; known: {known}.")
