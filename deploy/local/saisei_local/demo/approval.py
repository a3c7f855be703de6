"""The last act: QA's report, a decision about the very bytes that were seen, and what a change makes of it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from contracts.qa import SECTIONS
from saisei_local.demo.api import Gateway
from saisei_local.demo.kit import KINDS, Asset, DemoFailed, name_of
from saisei_local.services import SERVICES
from saisei_local.state import StateDir
from saisei_local.token import issue_token

TEAM = "demo"
ROLES = {"demo-editor": "editor", "demo-reviewer": "admin", "demo-approver": "admin"}
OVERRIDE = "デモのため承認します（指摘内容は確認済み）。"
SHOWN = 6
STEPS = (("review", "内容を確認しました。"), ("approve", "承認します。"))


@dataclass(frozen=True)
class Cast:
    """Who plays: the one who makes the kit, and the two whose word it needs."""

    editor: Gateway
    reviewer: Gateway
    approver: Gateway


@dataclass(frozen=True)
class Decision:
    """What came of the last act: `view` is the workflow afterwards, `diff` what is not as it was approved."""

    report: dict[str, Any]
    preview: dict[str, Any]
    refusal: dict[str, Any]
    cascade: dict[str, Any]
    view: dict[str, Any]
    diff: dict[str, Any]


@contextmanager
def cast_at(url: str, state: StateDir) -> Iterator[Cast]:
    """Everybody with a token of their own, good for an hour."""
    secrets = state.secrets(SERVICES)
    with ExitStack() as open_ones:
        tokens = [
            issue_token(secrets, team=TEAM, user=user, role=role, ttl_seconds=3600) for user, role in ROLES.items()
        ]
        yield Cast(*(open_ones.enter_context(closing(Gateway(url, token))) for token in tokens))


def decide_and_change(cast: Cast, console: Console, campaign_id: str, target: Asset) -> Decision:
    """Has the kit approved, then the target regenerated: refused at first, done with `reopen`."""
    path = f"/api/campaigns/{campaign_id}"
    report = _judged(cast.editor, console, path)
    approved = _approved(cast, console, path, report)
    body = {"type": target["kind"], "assetId": target["id"]}
    preview = cast.editor.post(f"{path}/regenerate/preview", body)
    _show_preview(console, target, preview)
    refusal = cast.editor.refusal(f"{path}/regenerate", body)
    console.print(Text.assemble((f"{refusal['status']} {refusal['title']}: ", "bold yellow"), refusal["detail"]))
    cascade = _reopened(cast.editor, console, path, body | {"planHash": preview["planHash"], "reopen": True})
    *_, view = cast.editor.watch(f"{path}/approval", lambda told: told["qa"]["verdict"] != "missing")
    if view["status"] != "draft":
        raise DemoFailed(f"other bytes should have moved the workflow to draft; it is {view['status']}")
    console.print(_history(view["history"]))
    diff = cast.editor.get(f"{path}/manifests/compare?from={approved['manifest']}")
    _show_diff(console, diff)
    return Decision(report, preview, refusal, cascade, view, diff)


def _judged(editor: Gateway, console: Console, path: str) -> dict[str, Any]:
    """The report that QA makes by itself once the kit is at rest."""
    with console.status("QA judges the kit …"):
        *_, page = editor.watch(f"{path}/qa", lambda page: bool(_standing(page["items"])))
    report = _standing(page["items"])[0]
    told = "passed" if report["passed"] else "not passed"
    console.print(f"QA's rules, by themselves: [bold]{report['overallScore']}[/] of 100, {told}")
    console.print(_sections(report))
    return report


def _standing(reports: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [report for report in reports if report["status"] == "completed" and not report["stale"]]


def _sections(report: dict[str, Any]) -> Table:
    found = [issue for name in SECTIONS for issue in report["sections"][name]["issues"]]
    table = Table(box=None, padding=(0, 2), header_style="dim")
    if not found:
        for name in SECTIONS:
            table.add_column(name)
        table.add_row(*("[green]passed[/]" for _ in SECTIONS))
        return table
    for name in ("severity", "rule", "words", "times", "what is wrong"):
        table.add_column(name)
    times = Counter((one["severity"], one["rule"], one["quote"]) for one in found)
    words = {(one["severity"], one["rule"], one["quote"]): one["description"] for one in found}
    for kind, count in times.most_common(SHOWN):
        told = (*kind, str(count), words[kind])
        table.add_row(*map(escape, told), style="red" if kind[0] == "error" else "yellow")
    return table


def _approved(cast: Cast, console: Console, path: str, report: dict[str, Any]) -> dict[str, Any]:
    view = cast.editor.get(f"{path}/approval")
    view = _step(cast.editor, path, "submit", view, "ご確認をお願いいたします。")
    if not report["passed"]:
        cast.approver.post(f"/api/qa/{report['id']}/override", {"reason": OVERRIDE})
        console.print(f"demo-approver lets it pass all the same, and the history keeps why: {OVERRIDE}")
    for (act, comment), person in zip(STEPS, (cast.reviewer, cast.approver), strict=True):
        view = _step(person, path, act, view, comment)
    kept = view["manifest"][:8]
    console.print(f"submitted, reviewed and [bold green]approved[/], as exactly these bytes: manifest {kept}…")
    return view


def _step(person: Gateway, path: str, act: str, view: dict[str, Any], comment: str) -> dict[str, Any]:
    seen = {"version": view["version"], "manifest": view["manifest"] or view["currentManifest"]}
    return person.post(f"{path}/approve", {"action": act, "comment": comment} | seen)


def _show_preview(console: Console, target: Asset, preview: dict[str, Any]) -> None:
    *most, last = dict.fromkeys(step["by"] for one in preview["approvalsVoided"] for step in one["decisions"])
    whose = f"{', '.join(most)} and {last}"
    touched = len(preview["assets"])
    console.print(f"regenerating {escape(name_of(target))} would touch {touched} assets and void the word of {whose}")


def _reopened(editor: Gateway, console: Console, path: str, body: dict[str, Any]) -> dict[str, Any]:
    with console.status("regenerated, and what rests on it follows …"):
        job = editor.post(f"{path}/regenerate", body)
        cascade_path = f"/api/cascades/{job['cascadeId']}"
        *_, cascade = editor.watch(cascade_path, lambda cascade: cascade["status"] == "settled")
    console.print("with [bold]reopen: true[/] it is done, all that rests on it followed, and the workflow is a draft")
    return cascade


def _history(history: Iterable[dict[str, Any]]) -> Table:
    table = Table(box=None, padding=(0, 2), header_style="dim")
    for name in ("step", "who", "to", "about manifest", "", "said"):
        table.add_column(name)
    for entry in history:
        outdated = "[yellow]outdated[/]" if entry["outdated"] else ""
        told = (entry["action"], entry["actor"], entry["toStatus"], _about(entry))
        table.add_row(*map(escape, told), outdated, escape(entry["comment"] or ""))
    return table


def _about(entry: dict[str, Any]) -> str:
    manifests = dict.fromkeys((entry["manifest"], entry["currentManifest"]))
    return " → ".join(sha256[:8] for sha256 in manifests if sha256)


def _show_diff(console: Console, diff: dict[str, Any]) -> None:
    changed = [*diff["changed"], *diff["added"], *diff["removed"]]
    changed.sort(key=lambda asset: (KINDS.index(asset["kind"]), name_of(asset)))
    names = ", ".join(map(name_of, changed))
    console.print(f"[green]{len(changed)} assets are not what was approved:[/] {escape(names)}")
