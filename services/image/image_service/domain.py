"""What a base image is made from, and what its prompt is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assets.model import Asset, Made, Piece, Version, recorded
from contracts.image import PromptOrigin
from contracts.jobs import JobOptions
from contracts.values import BlobRef, BrandProfile, InputSet, Parameter, Wanted
from image_service.prompting import PROMPT_TEMPLATE, SCENES
from lineage.staleness import DERIVED_PREFIX

DERIVED = f"{DERIVED_PREFIX}{PROMPT_TEMPLATE}"
"""Stands for the prompt in an input set when the prompt itself follows from brief and brand."""

DERIVED_BY_ANY = DERIVED[: DERIVED.rindex("/") + 1]
"""Begins that word whichever release wrote it."""

PERSON = "person"
SIDE = 1536
"""Generated base images are squares of this many pixels, so every placement can be cut out of them."""


@dataclass(frozen=True)
class Prompt:
    """A prompt, and the word for it in an input set: the text itself, unless it is derived."""

    text: str
    recorded: str

    @classmethod
    def edited(cls, text: str) -> "Prompt":
        """A person's own words."""
        return cls(text, text)


def prompt_for(options: JobOptions, wanted: Parameter, current: Version | None, derived: str) -> Prompt | None:
    """The prompt of a regeneration; None for a person's own photo that nobody gave a prompt for.

    `wanted` is the prompt in the asset's settings: a word for the derived one, an edited text, or None for a photo.
    """
    if options.custom_prompt is not None:
        return Prompt.edited(options.custom_prompt)
    if options.preserve_prompt and current is not None and current.prompt is not None and is_derived(wanted):
        return Prompt(derived, DERIVED) if current.prompt == derived else Prompt.edited(current.prompt)
    if is_derived(wanted):
        return Prompt(derived, DERIVED)
    return Prompt.edited(str(wanted)) if wanted else None


def is_derived(prompt: Parameter) -> bool:
    """Whether a prompt in an input set stands for the one derived from brief and brand, by this release or another."""
    return isinstance(prompt, str) and prompt.startswith(DERIVED_BY_ANY)


def todays(parameters: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """Settings as this release has them: a derived prompt is the one that it would derive."""
    return {**parameters, "prompt": DERIVED} if is_derived(parameters.get("prompt")) else dict(parameters)


def scene(ordinal: int) -> int:
    """Which of the known scenes a base image shows; further images start over."""
    return (ordinal - 1) % len(SCENES) + 1


def first_wanted(upstream: Mapping[str, str]) -> Wanted:
    """A planned image's settings: its prompt follows from brief and brand."""
    return Wanted(revision=0, upstream=dict(upstream), parameters={"prompt": DERIVED})


def generated_inputs(sources: Mapping[str, Piece], ordinal: int, prompt: Prompt, seed: int, model: str) -> InputSet:
    """All that a generated picture rests on."""
    parameters: dict[str, Parameter] = {
        "prompt": prompt.recorded,
        "scene": scene(ordinal),
        "seed": seed,
        "model": model,
        "width": SIDE,
        "height": SIDE,
    }
    return InputSet(upstream=recorded(sources), parameters=parameters)


def wanted_after(asset: Asset, made: Made, seq: int | None) -> Wanted:
    """The settings after a version: those it was made with, but a prompt edited since request `seq` stays wanted."""
    parameters = todays(made.parameters)
    if seq is not None and asset.edited_seq >= seq and "prompt" in asset.wanted.parameters:
        parameters["prompt"] = asset.wanted.parameters["prompt"]
    upstream = {role: ref.id for role, ref in made.inputs.upstream.items()}
    return Wanted(revision=asset.wanted.revision, upstream=upstream, parameters=parameters)


def wanted_with_prompt(asset: Asset, current: Version | None, text: str | None) -> Wanted:
    """The settings with another prompt. The words that the current version was made with are no change at all."""
    made_with = current.inputs.parameters if current else asset.wanted.parameters
    parameters = todays(made_with)
    # Words that an older release derived are no longer those that would be derived: whoever asks for them wrote them.
    if current is None or text != current.prompt or parameters != made_with:
        parameters["prompt"] = DERIVED if text is None else text
    return Wanted(revision=asset.wanted.revision + 1, upstream=asset.wanted.upstream, parameters=parameters)


def origin_of(parameters: Mapping[str, Parameter]) -> PromptOrigin:
    """Where a prompt comes from, by the word for it in an input set."""
    prompt = parameters.get("prompt")
    if prompt is None:
        return "upload"
    return "derived" if is_derived(prompt) else "edited"


def uploaded(photo: BlobRef) -> Made:
    """A person's own photo as it becomes a version."""
    return Made(
        sha256=photo.sha256,
        media_type=photo.media_type,
        width=photo.width,
        height=photo.height,
        bytes=photo.bytes,
        inputs=InputSet(parameters={"upload": photo.sha256}),
        provider=PERSON,
        offline=False,
        reason="upload",
    )


def palette(brand: BrandProfile) -> tuple[str, str, str]:
    """The colours a generator is given."""
    return brand.colours.primary, brand.colours.accent, brand.colours.text


def focal_content(focal: Any) -> dict[str, int]:
    """A focal point as it is kept with a version; empty when the maker cannot know it."""
    return {} if focal is None else {"focalX": focal.x, "focalY": focal.y}
