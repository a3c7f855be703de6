"""A kit's manifests: what it consists of now, what it consisted of under any hash it ever had, and how two differ."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from contracts.approval import ManifestEntry
from contracts.values import CopyText
from gateway.problems import not_found
from gateway.projection.state import AssetState, VersionState
from gateway.readmodel import decision_store
from gateway.readmodel.reader import CampaignNow
from gateway.readmodel.views import blob_view
from gateway.schemas.manifests import ChangedAsset, ManifestDiff, Side, TextChange
from gateway.wording import segments
from lineage.manifest import manifest_hash

Contents = Mapping[str, ManifestEntry]


async def compared(conn: Any, now: CampaignNow, from_: str, to: str) -> ManifestDiff:
    """What differs between two manifests of a campaign. Raises ProblemError 404 for a hash that its kit never had."""
    was, then = await contents_of(conn, now, from_), await contents_of(conn, now, to)
    ids = [asset_id for asset_id in sorted({*was, *then}) if _differ(was.get(asset_id), then.get(asset_id))]
    sides = [entry for asset_id in ids for entry in (was.get(asset_id), then.get(asset_id)) if entry is not None]
    versions = await decision_store.versions(conn, sides)
    changes = [_change(asset_id, was.get(asset_id), then.get(asset_id), versions, now) for asset_id in ids]
    return ManifestDiff(
        campaign_id=now.campaign.id,
        from_manifest=from_,
        to_manifest=to,
        added=tuple(one for one in changes if one.was is None),
        removed=tuple(one for one in changes if one.now is None),
        changed=tuple(one for one in changes if one.was is not None and one.now is not None),
    )


async def contents_of(conn: Any, now: CampaignNow, sha256: str) -> Contents:
    """What a campaign's kit consisted of when its manifest had this hash. Raises ProblemError 404."""
    if sha256 == now.manifest:
        return now.contents
    pinned = await decision_store.manifest(conn, now.campaign.id, sha256)
    if pinned is not None:
        return {entry.asset_id: entry for entry in pinned}
    # Nobody decided about it. In a thread, since a long past is many hashes.
    found = await asyncio.to_thread(_in_the_past, await decision_store.contents(conn, now.campaign.id), sha256)
    if found is None:
        raise not_found("manifest", sha256)
    return found


def _in_the_past(told: Iterable[ManifestEntry], sha256: str) -> Contents | None:
    """The kit built up again, version by version, until it has this hash; None when it never had."""
    kit: dict[str, ManifestEntry] = {}
    for entry in told:
        known = kit.get(entry.asset_id)
        if known is None or known.version < entry.version:
            kit[entry.asset_id] = entry
            if manifest_hash({key: one.sha256 for key, one in kit.items()}) == sha256:
                return kit
    return None


def _differ(was: ManifestEntry | None, now: ManifestEntry | None) -> bool:
    return (was and was.sha256) != (now and now.sha256)


def _change(
    asset_id: str,
    was: ManifestEntry | None,
    now: ManifestEntry | None,
    versions: Mapping[tuple[str, int], VersionState],
    campaign: CampaignNow,
) -> ChangedAsset:
    asset = campaign.asset(asset_id)
    one = now or was
    assert one is not None, "it is in one of the two"
    before, after = _side(was, versions), _side(now, versions)
    return ChangedAsset(
        asset_id=asset_id,
        kind=one.kind,
        **_place(asset),
        was=before,
        now=after,
        text=_text_changes(before.copy_text if before else None, after.copy_text if after else None),
    )


def _place(asset: AssetState | None) -> dict[str, Any]:
    names = ("ordinal", "platform", "variant_label", "placement")
    return {name: getattr(asset, name) for name in names} if asset else {}


def _side(entry: ManifestEntry | None, versions: Mapping[tuple[str, int], VersionState]) -> Side | None:
    if entry is None:
        return None
    version = versions.get((entry.asset_id, entry.version))
    thumbnail = blob_view(version) if version else None
    text = version.text if version else None
    return Side(version=entry.version, content_hash=entry.sha256, thumbnail=thumbnail, copy_text=text)


def _text_changes(was: CopyText | None, now: CopyText | None) -> tuple[TextChange, ...]:
    if was is None or now is None:
        return ()
    fields = [(name, _said(was, name), _said(now, name)) for name in CopyText.model_fields]
    return tuple(
        TextChange(field=name, was=before, now=after, segments=segments(before, after))
        for name, before, after in fields
        if before != after
    )


def _said(text: CopyText, name: str) -> str:
    return " ".join(text.hashtags) if name == "hashtags" else getattr(text, name)
