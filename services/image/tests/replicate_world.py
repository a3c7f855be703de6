"""What the stand-in of Replicate remembers: runs and their charges, and what is to befall those to come."""

import asyncio
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .replicate_webhooks import Telling, Webhook, new_id

RUN_FAULTS = {
    "nsfw": "NSFW content detected. Try running it again, or try a different prompt. (E005)",
    "crash": "CUDA out of memory.",
}


@dataclass
class Scripted:
    """A fault that the next `times` creates meet, whatever their prompt says."""

    fault: str
    times: int = 1
    retry_after: int = 1


@dataclass
class World:
    """Everything the stand-in remembers."""

    predictions: dict[str, dict[str, Any]] = field(default_factory=dict)
    scripted: list[Scripted] = field(default_factory=list)
    creates: int = 0
    requests: list[str] = field(default_factory=list)
    telling: Telling = field(default_factory=Telling)
    tellings: set[asyncio.Task[None]] = field(default_factory=set)
    tokens_refused: frozenset[str] = frozenset({"revoked"})
    side: int | None = None
    """How many pixels wide and high every picture is; None makes them as they are asked for."""

    @property
    def charges(self) -> int:
        """How many runs were charged."""
        return sum(run["_charged"] for run in self.predictions.values())

    def emptied(self) -> "World":
        """The same provider without its memory."""
        return World(side=self.side)

    def fault_for(self, prompt: str) -> tuple[str, int]:
        """The fault this create meets ("" for none) and its Retry-After in seconds."""
        if self.scripted:
            scripted = self.scripted[0]
            scripted.times -= 1
            self.scripted = self.scripted[scripted.times <= 0 :]
            return scripted.fault, scripted.retry_after
        found = re.search(r"\[fault:([\w-]+)\]", prompt)
        return (found.group(1) if found else ""), 1

    def accept(self, model: str, order: dict[str, Any], fault: str, base: str) -> dict[str, Any]:
        """Create a prediction and charge for it. Ids look like Replicate's; polls move it on, one step each."""
        run_id = f"standin{len(self.predictions):08d}"
        prediction = {
            "id": run_id,
            "model": model,
            "version": "hidden",
            "status": "starting",
            "input": order["input"],
            **{name: order[name] for name in ("webhook", "webhook_events_filter") if name in order},
            **dict.fromkeys(("output", "error", "logs", "started_at")),
            "created_at": _now(),
            "urls": {"get": f"{base}v1/predictions/{run_id}"},
        }
        self.predictions[run_id] = prediction | {"_fault": fault, "_base": base, "_charged": True}
        if "webhook" in order and self.telling.run_seconds is not None:
            asyncio.get_running_loop().call_later(self.telling.run_seconds, self.end, run_id)
        return prediction

    def newest(self, count: int, before: str | None) -> list[dict[str, Any]]:
        """The newest runs, or the newest of those that are older than this one."""
        ids = sorted((run_id for run_id in self.predictions if before is None or run_id < before), reverse=True)
        return [public(self.predictions[run_id]) for run_id in ids[:count]]

    def end(self, run_id: str) -> None:
        """Brings a run to its end, and tells of it as often as it should be told."""
        for _ in range(2):
            self.advance(run_id)
        run = public(self.predictions[run_id])
        if "completed" in run.get("webhook_events_filter", ()):
            webhook = Webhook(run["webhook"], run, new_id())
            for _ in range(self.telling.times):
                task = asyncio.create_task(webhook.send_until_taken())
                self.tellings.add(task)
                task.add_done_callback(self.tellings.discard)

    def advance(self, run_id: str) -> None:
        """starting → processing → finished; a `queued` run stays in the first, a `stuck` one in the second."""
        run = self.predictions[run_id]
        fault = run["_fault"]
        if run["status"] == "starting" and fault == "aborted":
            run["status"] = "aborted"
        elif run["status"] == "starting" and fault != "queued":
            run |= {"status": "processing", "started_at": _now()}
        elif run["status"] == "processing" and fault in RUN_FAULTS:
            run |= {"status": "failed", "error": RUN_FAULTS[fault]}
        elif run["status"] == "processing" and fault != "stuck":
            output = None if fault == "no-output" else f"{run['_base']}outputs/{run_id}/out-0.png"
            run |= {"status": "succeeded", "output": output}


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def public(run: dict[str, Any]) -> dict[str, Any]:
    """A prediction without the stand-in's own notes."""
    return {key: value for key, value in run.items() if not key.startswith("_")}
