"""Pure reducers of assets. Versions and revisions decide what is newer, never the order of arrival."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from contracts.assets import AssetAccepted, AssetPinned
from contracts.compositor import CompositeInvalidated, CompositeRendered, RenderFailed
from contracts.copy import CopyRegenerated
from contracts.envelope import Envelope
from contracts.image import ImagePromptChanged, ImageRegenerated
from contracts.produced import Produced
from contracts.values import KitAsset, Wanted
from gateway.projection.state import (
    AssetState,
    EditedPrompt,
    Hold,
    JobMark,
    JobState,
    RenderFailure,
    VersionState,
)


def planned(asset: AssetState, kit: KitAsset) -> AssetState:
    """The asset with its place in the kit."""
    return asset.model_copy(
        update={
            "kind": kit.kind,
            "ordinal": kit.ordinal,
            "platform": kit.platform,
            "variant_label": kit.variant_label,
            "placement": kit.placement,
            "planned_upstream": kit.upstream,
        }
    )


def produced(asset: AssetState, event: Produced, version: VersionState) -> AssetState:
    """The asset with one more version, which is current when it is the newest."""
    update: dict[str, Any] = {"wanted": _newer_wanted(asset.wanted, event.wanted)}
    if asset.current is None or asset.current.version < event.version:
        update["current"] = version
    update["confirmed"] = _confirm(
        asset.confirmed, event.version, event.input_hash, update.get("current", asset.current)
    )
    if isinstance(event, CopyRegenerated):
        update |= {"platform": event.platform, "variant_label": event.variant_label}
    if isinstance(event, ImageRegenerated):
        prompt = event.prompt if event.prompt_origin == "edited" else None
        update["edited_prompt"] = _newer_prompt(asset.edited_prompt, event.wanted.revision, prompt)
    return asset.model_copy(update=update)


def accepted(asset: AssetState, event: AssetAccepted) -> AssetState:
    """The asset with one more input set that confirms a version."""
    confirmed = _confirm(asset.confirmed, event.version, event.input_hash, asset.current)
    return asset.model_copy(update={"confirmed": confirmed, "wanted": _newer_wanted(asset.wanted, event.wanted)})


def pinned(asset: AssetState, event: AssetPinned) -> AssetState:
    """The asset pinned or not, by the newest word."""
    if event.revision <= asset.pinned_revision:
        return asset
    return asset.model_copy(update={"pinned": event.pinned, "pinned_revision": event.revision})


def prompt_changed(asset: AssetState, event: ImagePromptChanged) -> AssetState:
    """The asset with another prompt to be made from."""
    prompt = event.prompt if event.origin == "edited" else None
    newer = _newer_prompt(asset.edited_prompt, event.wanted.revision, prompt)
    return asset.model_copy(update={"wanted": _newer_wanted(asset.wanted, event.wanted), "edited_prompt": newer})


def chosen(asset: AssetState, wanted: Wanted) -> AssetState:
    """The asset to be made from other pieces or with other parameters."""
    return asset.model_copy(update={"wanted": _newer_wanted(asset.wanted, wanted)})


def invalidated(asset: AssetState, event: CompositeInvalidated, at: datetime) -> AssetState:
    """The asset owed a render, or held."""
    hold = Hold(version=event.version, revision=event.wanted.revision, at=at, reopen=event.reopen)
    newest = max((asset.hold, hold), key=lambda one: one.order) if asset.hold else hold
    return asset.model_copy(update={"wanted": _newer_wanted(asset.wanted, event.wanted), "hold": newest})


def render_failed(asset: AssetState, event: RenderFailed, at: datetime) -> AssetState:
    """The asset with the render that failed last."""
    failure = RenderFailure(
        revision=event.wanted.revision,
        input_hash=event.input_hash,
        code=event.code,
        message=event.message,
        job_id=event.job_id,
        at=at,
    )
    known = asset.failure
    newest = failure if known is None or (known.revision, known.at) < (failure.revision, failure.at) else known
    return asset.model_copy(update={"wanted": _newer_wanted(asset.wanted, event.wanted), "failure": newest})


def with_job(asset: AssetState, job: JobState) -> AssetState:
    """The asset with a job's standing; of ended jobs only the newest matters."""
    mark = JobMark(seq=job.seq, status=job.status, ended_at=job.ended_at, code=job.code, message=job.message)
    marks = {**asset.jobs, job.id: mark}
    newest = max((mark.seq or 0 for mark in marks.values()), default=0)
    kept = {key: marks[key] for key in sorted(marks) if _matters(marks[key], newest)}
    return asset.model_copy(update={"jobs": kept})


def version_of(event: Produced, envelope: Envelope) -> VersionState:
    """The version that an event tells of."""
    return VersionState(
        version=event.version,
        previous_version=event.previous_version,
        sha256=event.sha256,
        media_type=event.media_type,
        width=event.width,
        height=event.height,
        bytes=event.bytes,
        input_hash=event.input_hash,
        inputs=event.inputs,
        prompt=event.prompt,
        seed=event.seed,
        provider=event.provider,
        offline=event.offline,
        job_id=event.job_id,
        reason=event.reason,
        text=event.text if isinstance(event, CopyRegenerated) else None,
        layout=event.layout if isinstance(event, CompositeRendered) else None,
        cause_id=str(envelope.causationid) if envelope.causationid else None,
        cascade_id=str(envelope.correlationid),
        at=envelope.time,
    )


def _matters(mark: JobMark, newest: int) -> bool:
    return mark.active or mark.seq is None or mark.seq == newest


def _newer_wanted(known: Wanted | None, told: Wanted) -> Wanted:
    return told if known is None or known.revision < told.revision else known


def _newer_prompt(known: EditedPrompt | None, revision: int, prompt: str | None) -> EditedPrompt:
    told = EditedPrompt(revision=revision, prompt=prompt)
    return told if known is None or known.revision < revision else known


def _confirm(
    confirmed: dict[int, list[str]], version: int, input_hash: str, current: VersionState | None
) -> dict[int, list[str]]:
    floor = current.version if current else 0
    merged = {**confirmed, version: _with(confirmed.get(version, ()), input_hash)}
    return {number: merged[number] for number in sorted(merged) if number >= floor}


def _with(hashes: Iterable[str], one: str) -> list[str]:
    return sorted({*hashes, one})
