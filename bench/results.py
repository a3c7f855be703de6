"""What a measurement says: our figure, the peer's, and whether the goal is met."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Better = Literal["more", "less"]
Runs = Mapping[str, Sequence[float]]
THE_GOAL = "goal"
"""The peer's name where there is none, and its figure is the goal itself."""


@dataclass(frozen=True)
class Result:
    """One line of the table. `ratio`: how many times better ours is than the peer's; `goal`: the least it may be."""

    name: str
    ours: float
    peer: float
    peer_name: str
    unit: str
    ratio: float
    goal: float
    runs: Runs = field(default_factory=dict)

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.ratio >= self.goal

    def as_json(self) -> dict[str, Any]:
        """As it stands in out/bench.json."""
        figures = {"ours": round(self.ours, 3), "peer": round(self.peer, 3), "peerName": self.peer_name}
        runs = {name: [round(figure, 3) for figure in given] for name, given in self.runs.items()}
        judged = {"ratio": round(self.ratio, 3), "goal": self.goal, "met": self.met, "runs": runs}
        return {"name": self.name} | figures | {"unit": self.unit} | judged


def against_peer(
    name: str, ours: Sequence[float], peer: Sequence[float], peer_name: str, unit: str, goal: float, better: Better
) -> Result:
    """Medians of rounds that were interleaved. The ratio is the median of the rounds' own ratios.

    So load that others put on the machine, which changes from round to round, weighs on both sides alike.
    """
    ratios = [mine / theirs if better == "more" else theirs / mine for mine, theirs in zip(ours, peer, strict=True)]
    ratio = statistics.median(ratios)
    runs = {"ours": ours, "peer": peer}
    return Result(name, statistics.median(ours), statistics.median(peer), peer_name, unit, ratio, goal, runs)


def against_limit(
    name: str, ours: Sequence[float], limit: float, unit: str, beside: Mapping[str, Sequence[float]] | None = None
) -> Result:
    """The median of `ours` against a figure that it may not exceed; what was seen `beside` it is kept with the runs."""
    median = statistics.median(ours)
    return Result(name, median, limit, THE_GOAL, unit, limit / median, 1.0, {"ours": ours, **(beside or {})})


def against_least(name: str, ours: float, runs: Sequence[float], least: float, unit: str) -> Result:
    """A figure that may not be below a goal."""
    return Result(name, ours, least, THE_GOAL, unit, ours / least, 1.0, {"ours": runs})
