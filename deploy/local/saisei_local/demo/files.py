"""What the demo leaves behind: every image, the kit, the cascades, the approval and the contact sheet."""

import json
import mimetypes
import re
from pathlib import Path
from typing import Any

from saisei_local.demo.api import Gateway
from saisei_local.demo.approval import Decision
from saisei_local.demo.captions import caption, title
from saisei_local.demo.kit import Asset, Kit, file_stem
from saisei_local.demo.sheet import Pair, Section, contact_sheet
from saisei_local.demo.story import Act, Story
from saisei_local.settings import SettingsError

OURS = re.compile(r"([a-z0-9_.]+-)?image[0-9]+-v[0-9]+(\.[a-z]+)?")
SIGN, KIT, SHEET, APPROVAL = "cascades.json", "kit.json", "contact-sheet.png", "approval.json"


def prepare_folder(folder: Path) -> None:
    """Makes the folder. Raises SettingsError when that is impossible, or when what is there is not the demo's own."""
    images = folder / "images"
    try:
        images.mkdir(parents=True, exist_ok=True)
        found = [path for path in (folder / KIT, folder / SHEET, folder / APPROVAL, *images.iterdir()) if path.exists()]
    except OSError as error:
        raise SettingsError(f"--out: {folder} cannot be written to: {error.strerror}") from error
    if found and not (folder / SIGN).exists():
        raise SettingsError(f"--out: {found[0]} is not the demo's, and would be lost; choose another folder")


def write_story(gateway: Gateway, story: Story, folder: Path) -> Path:
    """Writes everything under `folder`, in place of an earlier demo; returns the contact sheet's path."""
    prepare_folder(folder)
    # The sign that the folder is the demo's comes first, so that one that was interrupted can be played again.
    _write_json(folder / SIGN, [story.creation, *(act.cascade for act in story.acts)])
    _write_json(folder / KIT, story.campaign)
    _write_decision(folder / APPROVAL, story.decision)
    _clear(folder / "images")
    _write_images(gateway, story, folder / "images")
    sheet = folder / SHEET
    sections = [_section(gateway, number, act) for number, act in enumerate(story.acts, start=1)]
    subtitle = "左が再生成前、赤枠が再生成後です。作り直した素材と、それを使った画像だけが変わります。"
    sheet.write_bytes(
        contact_sheet(f"「{story.campaign['name']}」再生成の前後比較", _labelled(story, subtitle), sections)
    )
    return sheet


def _clear(images: Path) -> None:
    for stale in images.iterdir():
        if OURS.fullmatch(stale.name) and not stale.is_dir():
            stale.unlink()


def _labelled(story: Story, subtitle: str) -> str:
    offline = any(asset.get("offline") for asset in story.campaign["assets"])
    return f"{subtitle}　※生成AIを使わない、オフライン生成のサンプルを含みます。" if offline else subtitle


def _write_images(gateway: Gateway, story: Story, images: Path) -> None:
    states = [story.acts[0].before, *(act.after for act in story.acts)] if story.acts else []
    for kit in states:
        for asset in kit.values():
            if asset.get("blob"):
                extension = mimetypes.guess_extension(asset["blob"]["mediaType"]) or ""
                target = images / f"{file_stem(asset)}-v{asset['version']}{extension}"
                if not target.exists():
                    target.write_bytes(gateway.blob(asset["blob"]["url"]))


def _write_decision(path: Path, decision: Decision | None) -> None:
    if decision is not None:
        content = {"approval": decision.view, "diff": decision.diff, "qaReport": decision.report}
        _write_json(path, content | {"refusal": decision.refusal})


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _section(gateway: Gateway, number: int, act: Act) -> Section:
    changed = [key for key in act.change.changed if act.after[key].get("blob")]
    order = sorted(changed, key=lambda key: _place(act.after[key]))
    pairs = tuple(_pair(gateway, act.before, act.after, key) for key in order)
    return Section(f"{number}　{title(act.target)}を再生成", tuple(_notes(act)), pairs)


def _place(asset: Asset) -> tuple[int, str, int, str]:
    kinds = ("image", "composited_image", "platform_image")
    return kinds.index(asset["kind"]), asset.get("platform") or "", asset["ordinal"], asset.get("placement") or ""


def _pair(gateway: Gateway, before: Kit, after: Kit, key: str) -> Pair:
    old, new = before[key], after[key]
    label = f"{caption(new)}　v{old['version']} → v{new['version']}"
    return Pair(label, gateway.blob(old["blob"]["url"]), gateway.blob(new["blob"]["url"]))


def _notes(act: Act) -> list[str]:
    seconds = act.cascade["root"]["children"] and _length(act.cascade)
    notes = [
        f"更新 {len(act.change.changed)}点　／　変更なし {len(act.change.kept)}点（ファイルも同一）　／　"
        f"所要時間 {seconds:.1f}秒"
    ]
    if act.target["kind"] == "copy_variant":
        old, new = act.before[act.target["id"]]["copy"], act.after[act.target["id"]]["copy"]
        notes += [f"見出し（前）：{old['headline']}", f"見出し（後）：{new['headline']}"]
    if act.approved_before:
        notes.append("承認後の変更のため、承認は取り消され、下書きに戻りました。")
    return notes


def _length(cascade: dict[str, Any]) -> float:
    return max(_offsets(cascade["root"]["children"])) / 1000


def _offsets(nodes: list[dict[str, Any]]) -> list[int]:
    return [offset for node in nodes for offset in (node["offsetMs"], *_offsets(node["children"]))]
