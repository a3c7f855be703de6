"""What a regeneration is aimed at, what it touches and what it costs. No I/O."""

from typing import Any

from contracts.compositor import RenderAssets
from contracts.jobs import JobTarget, RequestJobs
from contracts.values import VARIANT_LABELS, JobOptions
from gateway.prices import Prices
from gateway.problems import ProblemError, invalid, not_found
from gateway.projection.state import AssetState
from gateway.readmodel.reader import CampaignNow
from gateway.readmodel.standing import PAID, Kit, in_words
from gateway.schemas.jobs import Decision, PreviewView, RegenerateBody, RegenerateOptions, TouchedAsset, VoidedApproval
from lineage.basis import request_basis
from lineage.canonical import content_hash

NOT_BUILT = ("video", "audio")
FREE = ("composited_image", "platform_image")
ONE_PROMPT = "preservePrompt keeps the prompt and customPrompt replaces it: give one of them"


def check(body: RegenerateBody) -> None:
    """Raises ProblemError 422 for whatever the type does not take or lacks, each field named."""
    if body.type in NOT_BUILT:
        raise invalid(("type", f"{body.type} cannot be regenerated: campaigns have no scenes yet"))
    faults = _copy_faults(body) if body.type == "copy_variant" else _asset_faults(body)
    if body.variant_label not in (None, *VARIANT_LABELS):
        faults.append(("variantLabel", f"must be one of {', '.join(VARIANT_LABELS)}"))
    if body.type in FREE:
        faults += _option_faults(body)
    if _contradicts_itself(body.options):
        faults.append(("options", ONE_PROMPT))
    if faults:
        raise invalid(*faults)


def check_options(options: RegenerateOptions, path: str) -> None:
    """Raises ProblemError 422 for options that cannot both be had."""
    if _contradicts_itself(options):
        raise invalid((path, ONE_PROMPT))


def _contradicts_itself(options: RegenerateOptions) -> bool:
    return options.preserve_prompt and options.custom_prompt is not None


def target_of(body: RegenerateBody, now: CampaignNow) -> AssetState:
    """The asset to regenerate. Raises ProblemError 404, or 422 when it is of another kind."""
    if body.type == "copy_variant" and body.copy_variant_id is None:
        return _labelled(body, now)
    field, asset_id = ("copyVariantId", body.copy_variant_id) if body.copy_variant_id else ("assetId", body.asset_id)
    assert asset_id is not None
    asset = now.asset(asset_id)
    if asset is None:
        raise not_found("asset", asset_id)
    if asset.kind != body.type:
        raise invalid((field, f"{asset_id} is {_one(asset.kind)}, not {_one(body.type)}"))
    return asset


def require_prompt(target: AssetState, options: JobOptions) -> None:
    """Raises ProblemError 422 for a person's own photo that nobody gave a prompt for."""
    if options.custom_prompt is None and _photo(target):
        detail = "this image is a person's own photo: give a customPrompt, or upload another photo"
        raise ProblemError(422, detail, type_="photo-needs-prompt", title="A photo has no prompt")


def preview(target: AssetState, options: JobOptions, now: CampaignNow, prices: Prices) -> PreviewView:
    """The target and everything that follows it by itself, in order, with the estimated cost."""
    is_paid = prices.is_paid_call(target)
    touched = [_touch(target, "it is regenerated", paid=is_paid)]
    _follow(target, now.kit, touched)
    paid = int(is_paid)
    yen = prices.estimate(target)
    plan: dict[str, Any] = {
        "target": target.id,
        "options": options.model_dump(mode="json"),
        "assets": [[one.id, one.version or 0] for one in touched],
        "paidCalls": paid,
        "yen": yen,
    }
    voided = _voided(now)
    if voided:
        plan["approval"] = [voided[0].status, voided[0].version]
    return PreviewView(
        target_id=target.id,
        assets=tuple(touched),
        paid_calls=paid,
        estimated_yen=yen,
        approvals_voided=voided,
        plan_hash=content_hash(plan),
    )


def _voided(now: CampaignNow) -> tuple[VoidedApproval, ...]:
    """Whose decisions count no more once other bytes come of it."""
    if now.approval is None or not now.locked:
        return ()
    steps = now.approval.round.items()
    people = tuple(Decision(action=action, by=step.actor, at=step.at) for action, step in steps if step.at)
    voided = VoidedApproval(
        workflow_id=now.approval.workflow_id,
        status=now.approval_status,
        version=now.approval.newest.version,
        decisions=people,
    )
    return (voided,)


def require_same_plan(named: str, current: PreviewView) -> None:
    """Raises ProblemError 409 `plan-changed`, with the plan as it is now, when another one was agreed to."""
    if named != current.plan_hash:
        plan = current.model_dump(mode="json", by_alias=True)
        detail = "what this regeneration touches or costs, or its options, are not what was previewed; look at it again"
        raise ProblemError(409, detail, type_="plan-changed", title="The plan changed", preview=plan)


def job_target(asset: AssetState, options: JobOptions, now: CampaignNow) -> JobTarget:
    """What the ledger is asked for, with what it would start from."""
    assert asset.kind in ("copy_variant", "image")
    prompt = asset.edited_prompt.prompt if asset.edited_prompt else None
    prompt = prompt or _photo(asset)
    # Nothing of the logo is in copy and images, so another logo makes no other work of a failed job.
    brand = now.head.brand_sha256_without_logo or ""
    basis = request_basis(now.campaign.brief_sha256, brand, prompt)
    return JobTarget(kind=asset.kind, asset_id=asset.id, basis=basis, options=options)


def command_for(
    asset: AssetState, options: JobOptions, now: CampaignNow, *, reopen: bool
) -> RequestJobs | RenderAssets:
    """The command that regenerates one asset: paid kinds by the ledger, free ones by the compositor."""
    if asset.kind in PAID:
        return RequestJobs(campaign_id=now.campaign.id, targets=(job_target(asset, options, now),), reopen=reopen)
    return RenderAssets(campaign_id=now.campaign.id, asset_ids=(asset.id,), reopen=reopen)


def _photo(asset: AssetState) -> str | None:
    """Stands for the photo that an image shows while no prompt is wanted; None for a generated one."""
    wanted = asset.wanted.parameters if asset.wanted else {}
    return f"upload:{wanted['upload']}" if "upload" in wanted and not wanted.get("prompt") else None


def _copy_faults(body: RegenerateBody) -> list[tuple[str, str]]:
    faults = [("assetId", "copy_variant takes copyVariantId instead")] if body.asset_id else []
    named = {"platform": body.platform, "variantLabel": body.variant_label}
    if body.copy_variant_id is not None:
        given = [field for field, value in named.items() if value is not None]
        return faults + [(field, "copyVariantId already says which variant") for field in given]
    lacking = [field for field, value in named.items() if value is None]
    if len(lacking) == 2:
        return [*faults, ("copyVariantId", "needed, or else platform and variantLabel")]
    return faults + [(field, "needed, as copyVariantId is not given") for field in lacking]


def _asset_faults(body: RegenerateBody) -> list[tuple[str, str]]:
    others = {"copyVariantId": body.copy_variant_id, "platform": body.platform, "variantLabel": body.variant_label}
    faults = [(field, f"{body.type} does not take it") for field, value in others.items() if value is not None]
    return faults if body.asset_id else [("assetId", f"needed for {body.type}"), *faults]


def _option_faults(body: RegenerateBody) -> list[tuple[str, str]]:
    given = {
        "options.preservePrompt": body.options.preserve_prompt,
        "options.customPrompt": body.options.custom_prompt is not None,
    }
    return [(field, f"{body.type} has no prompt") for field, value in given.items() if value]


def _one(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _labelled(body: RegenerateBody, now: CampaignNow) -> AssetState:
    named = ("copy_variant", body.platform, body.variant_label)
    for asset in now.kit.assets.values():
        if (asset.kind, asset.platform, asset.variant_label) == named:
            return asset
    platforms = now.campaign.brief.platforms if now.campaign.brief else ()
    if body.platform not in platforms:
        raise invalid(("platform", f"must be one of this campaign's platforms: {', '.join(platforms)}"))
    raise not_found("copy_variant", f"{body.platform} {body.variant_label}")


def _touch(asset: AssetState, why: str, *, paid: bool) -> TouchedAsset:
    version = asset.current.version if asset.current else None
    return TouchedAsset(
        id=asset.id,
        kind=asset.kind,
        platform=asset.platform,
        variant_label=asset.variant_label,
        placement=asset.placement,
        version=version,
        why=why,
        paid=paid,
    )


def _follow(asset: AssetState, kit: Kit, touched: list[TouchedAsset]) -> None:
    for resting in sorted(kit.downstream(asset.id), key=lambda one: one.id):
        is_new = all(resting.id != one.id for one in touched)
        if is_new and not resting.pinned and resting.kind not in PAID:
            touched.append(_touch(resting, f"it rests on {in_words(asset)}", paid=False))
            _follow(resting, kit, touched)
