"""The demonstration: a kit is made, two of its pieces are regenerated, and it is approved and changed once more."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from saisei_local.demo.api import Gateway
from saisei_local.demo.approval import Cast, Decision, decide_and_change
from saisei_local.demo.briefs import BriefFile
from saisei_local.demo.kit import Asset, Change, DemoFailed, Kit, compare, downstream, find, kit_of, name_of
from saisei_local.demo.tree import Names, show_cascade


@dataclass
class Act:
    """One regeneration: the kit before and after, and the cascade between."""

    title: str
    target: dict[str, Any]
    before: Kit
    after: Kit
    cascade: dict[str, Any]
    change: Change
    preview: dict[str, Any]
    approved_before: bool = False


@dataclass
class Story:
    """All that was played, for the files that are written of it."""

    campaign: dict[str, Any] = field(default_factory=dict)
    creation: dict[str, Any] = field(default_factory=dict)
    acts: list[Act] = field(default_factory=list)
    decision: Decision | None = None


def play(cast: Cast, console: Console, brief: BriefFile, photo: Path | None) -> Story:
    """Plays everything. Raises DemoFailed when a promise is broken, SettingsError when the gateway refuses."""
    story, gateway = Story(), cast.editor
    campaign = _make_kit(gateway, console, brief, photo, story)
    kit = kit_of(campaign)
    image = find(kit, kind="image", ordinal=1)
    platform = brief.campaign.brief.platforms[0]
    variant = find(kit, kind="copy_variant", platform=platform, variantLabel="A案")
    for target in (image, variant):
        _regenerate(gateway, console, campaign["id"], target["id"], story)
    _approve_and_change(cast, console, campaign["id"], story)
    story.campaign = gateway.get(f"/api/campaigns/{campaign['id']}")
    return story


def _make_kit(gateway: Gateway, console: Console, brief: BriefFile, photo: Path | None, story: Story) -> dict[str, Any]:
    brand = gateway.post("/api/brands", brief.brand_body())
    if brief.logo is not None:
        gateway.put_logo(brand["id"], brief.logo)
    campaign = gateway.post("/api/campaigns", brief.campaign_body(brand["id"]))
    path = f"/api/campaigns/{campaign['id']}"
    platforms = ", ".join(brief.campaign.brief.platforms)
    console.rule(f"[bold]1. The kit[/] {escape(campaign['name'])} for {platforms}")
    if photo is not None:
        gateway.upload(f"{path}/images", photo)
        console.print(Text(f"your photo {photo.name} joined as a base image"))
    with console.status("copy, images, composites and platform images are made …"):
        *_, campaign = gateway.watch(path, _is_settled)
    _require_ready(campaign)
    story.creation = _first_cascade(gateway, campaign["id"])
    counts = {kind: sum(asset["kind"] == kind for asset in campaign["assets"]) for kind in _KIND_WORDS}
    made = ", ".join(f"{count} {_KIND_WORDS[kind]}" for kind, count in counts.items())
    offline = " [yellow](made by the offline twins: no key is set)[/]" if _any_offline(campaign) else ""
    console.print(f"ready: {made}{offline}")
    return campaign


def _regenerate(gateway: Gateway, console: Console, campaign_id: str, asset_id: str, story: Story) -> None:
    path = f"/api/campaigns/{campaign_id}"
    before = kit_of(gateway.get(path))
    target = before[asset_id]
    names: Names = {key: name_of(asset) for key, asset in before.items()}
    body = {"type": target["kind"], _ID_FIELD[target["kind"]]: asset_id}
    console.rule(f"[bold]{len(story.acts) + 2}. Regenerate[/] {escape(name_of(target))}")
    preview = gateway.post(f"{path}/regenerate/preview", body)
    console.print(f"it touches {len(preview['assets'])} assets; {_price(preview)}")
    job = gateway.post(f"{path}/regenerate", body | {"planHash": preview["planHash"]})
    states = gateway.watch(f"/api/cascades/{job['cascadeId']}", lambda cascade: cascade["status"] == "settled")
    cascade = show_cascade(console, states, names)
    after = kit_of(gateway.get(path))
    change = compare(before, after)
    _require_exactly(target, before, change)
    console.print(
        f"[green]{len(change.changed)} assets have a new version; "
        f"the other {len(change.kept)} kept id, version and bytes[/]"
    )
    story.acts.append(Act(name_of(target), target, before, after, cascade, change, preview))


def _approve_and_change(cast: Cast, console: Console, campaign_id: str, story: Story) -> None:
    before = kit_of(cast.editor.get(f"/api/campaigns/{campaign_id}"))
    target = _last_generated(before)
    name = name_of(target)
    console.rule(f"[bold]{len(story.acts) + 2}. Approve[/] the kit, [bold]then change[/] {escape(name)}")
    story.decision = done = decide_and_change(cast, console, campaign_id, target)
    after = kit_of(cast.editor.get(f"/api/campaigns/{campaign_id}"))
    change = compare(before, after)
    _require_exactly(target, before, change)
    story.acts.append(Act(name, target, before, after, done.cascade, change, done.preview, approved_before=True))


def _last_generated(kit: Kit) -> Asset:
    """The last base image that is not a person's own photo."""
    images = [asset for asset in kit.values() if asset["kind"] == "image" and asset["provider"] != "person"]
    return max(images, key=lambda asset: asset["ordinal"])


def _price(preview: dict[str, Any]) -> str:
    calls, yen = preview["paidCalls"], preview["estimatedYen"]
    return f"{calls} paid call, about ¥{yen:,}" if calls else "nothing is paid for"


def _require_ready(campaign: dict[str, Any]) -> None:
    if campaign["status"] == "ready":
        return
    failed = [asset for asset in campaign["assets"] if asset["status"] == "failed"]
    told = "".join(f"\n  {name_of(asset)}: {(asset.get('error') or {}).get('message', '')}" for asset in failed)
    raise DemoFailed(f"the kit is {campaign['status']}{told}")


def _require_exactly(target: dict[str, Any], before: Kit, change: Change) -> None:
    """Only the target and what rests on it may have changed, and all of that must have."""
    expected = {target["id"]} | downstream(before, target["id"])
    if set(change.changed) != expected:
        wrong = ", ".join(name_of(before[key]) for key in expected.symmetric_difference(change.changed))
        raise DemoFailed(f"regenerating {name_of(target)} should have changed exactly what rests on it; wrong: {wrong}")


def _is_settled(campaign: dict[str, Any]) -> bool:
    return campaign["status"] in ("ready", "partially_failed")


def _first_cascade(gateway: Gateway, campaign_id: str) -> dict[str, Any]:
    cascades = gateway.get(f"/api/campaigns/{campaign_id}/cascades?limit=100")["items"]
    oldest = min(cascades, key=lambda cascade: cascade["startedAt"])
    *_, cascade = gateway.watch(f"/api/cascades/{oldest['id']}", lambda state: state["status"] == "settled")
    return cascade


def _any_offline(campaign: dict[str, Any]) -> bool:
    return any(asset.get("offline") for asset in campaign["assets"])


_ID_FIELD = {"copy_variant": "copyVariantId", "image": "assetId"}
_KIND_WORDS = {
    "copy_variant": "copy variants",
    "image": "base images",
    "composited_image": "composites",
    "platform_image": "platform images",
}
