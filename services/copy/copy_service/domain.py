"""What a copy variant is made from, and how its words are hashed."""

import unicodedata
from collections.abc import Iterator, Mapping

from assets.model import Asset, Made, Piece, Version, recorded
from contracts.copy import EditCopy
from contracts.jobs import RunJob
from contracts.produced import Reason
from contracts.values import BrandProfile, Brief, CopyText, InputSet, Parameter, Register, Wanted
from copy_service.prompting import PROMPT_TEMPLATE
from lineage.canonical import content_hash
from platforms.entries import Platform
from platforms.registry import entry_sha256

MEDIA_TYPE = "application/json"


def register_for(brief: Brief, brand: BrandProfile) -> Register:
    """The brief's own register wins over the brand's."""
    return brief.register_override or brand.default_register


def direction_for(job: RunJob, current: Version | None) -> str | None:
    """The extra direction: the job's own, else the one that the current version keeps."""
    if job.options.custom_prompt is not None:
        return job.options.custom_prompt.strip() or None
    return current.content.get("direction") if current else None


def generated_inputs(
    asset: Asset,
    sources: Mapping[str, Piece],
    *,
    direction: str | None,
    seed: int,
    model: str,
    rules: Mapping[str, Parameter],
) -> InputSet:
    """All that a generated text rests on."""
    parameters: dict[str, Parameter] = {
        "platform": asset.platform,
        "variantLabel": asset.variant_label,
        "direction": direction,
        "seed": seed,
        "model": model,
        **rules,
    }
    return InputSet(upstream=recorded(sources), parameters=parameters)


def edited_inputs(sources: Mapping[str, Piece]) -> InputSet:
    """A person's own wording was written for the brief and the brand as they stood."""
    return InputSet(upstream=recorded(sources), parameters={"origin": "edited"})


def made_text(
    text: CopyText,
    register: Register,
    inputs: InputSet,
    *,
    provider: str,
    offline: bool,
    reason: Reason,
    direction: str | None = None,
    seed: int | None = None,
    job_id: str | None = None,
) -> Made:
    """A text as it becomes a version; its hash is that of its words."""
    content = {"text": text.model_dump(mode="json"), "register": register, "direction": direction}
    return Made(
        sha256=content_hash(text),
        media_type=MEDIA_TYPE,
        inputs=inputs,
        provider=provider,
        offline=offline,
        reason=reason,
        prompt=direction,
        seed=seed,
        job_id=job_id,
        content=content,
    )


def rules_today(platform: Platform) -> dict[str, Parameter]:
    """What every text for a platform is written under: the template of the prompt, and its text rules by their hash."""
    return {"promptTemplate": PROMPT_TEMPLATE, "limits": entry_sha256(platform)}


def under_rules(parameters: Mapping[str, Parameter], rules: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """A generated text's settings with these rules; a person's own wording was written under none."""
    return {**parameters, **rules} if rules.keys() <= parameters.keys() else dict(parameters)


def wanted_after(asset: Asset, made: Made, rules: Mapping[str, Parameter]) -> Wanted:
    """The settings after a version: those it was made with, under today's rules.

    The model is wanted as it was, like a seed: an operator who chooses another one makes no text stale.
    """
    upstream = {role: ref.id for role, ref in made.inputs.upstream.items()}
    parameters = under_rules(made.parameters, rules)
    return Wanted(revision=asset.wanted.revision, upstream=upstream, parameters=parameters)


def edited_text(current: CopyText | None, edit: EditCopy) -> CopyText | None:
    """The current words with the edited fields set; None when fields are missing that were never written."""
    start = current.model_dump() if current else {}
    named = {name: value for name in CopyText.model_fields if (value := getattr(edit, name)) is not None}
    merged = start | named
    return CopyText(**merged) if {"headline", "body", "cta"} <= merged.keys() else None


def unusable(text: CopyText, edit: EditCopy) -> Iterator[tuple[str, str]]:
    """Each field that no picture can be made with, or no post, and why: its path and a message."""
    for field in ("headline", "body", "cta"):
        if not any(unicodedata.category(one)[0] not in "CZ" for one in getattr(text, field)):
            yield field, "must contain a character that can be seen"
    for index, tag in enumerate(edit.hashtags or ()):
        if not tag.startswith("#"):
            yield f"hashtags.{index}", "must begin with #"


def text_of(version: Version) -> CopyText:
    """The words of a version."""
    return CopyText.model_validate(version.content["text"])


def limits_in_words(platform: Platform) -> str:
    """A platform's limits as a writer is told them."""
    lines = [
        f"- {' + '.join(rule.parts)}: at most {rule.max}, counted as {rule.counting}"
        for rule in platform.text
        if rule.parts
    ]
    if platform.hashtags is not None:
        lines.append(f"- hashtags: at most {platform.hashtags.max_count}")
    lines += [f"- {', '.join(ban.parts)}: no {', '.join(ban.banned)}" for ban in platform.bans]
    return "\n".join(lines)
