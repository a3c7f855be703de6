"""Balanced lines: of all allowed divisions the one with the fewest lines, then the least ragged."""

from collections.abc import Sequence
from typing import NamedTuple

from compositor_service.typesetting.phrases import Break, Grade


class _Cost(NamedTuple):
    """Compared field by field, so that a smoother edge never costs another line."""

    lines: int = 0
    broken: int = 0
    raggedness: int = 0


class _Node(NamedTuple):
    stop: Break
    cost: _Cost | None
    previous: int


def break_lines(
    text: str, advances: Sequence[int], breaks: Sequence[Break], measure: int, worst: Grade
) -> tuple[str, ...] | None:
    """Divide `text` into lines no longer than `measure`, or None when it cannot be done.

    Lines end only at breaks of the grade `worst` or better. `advances[i]` is the length of `text[:i]`, in the unit of
    `measure`. Joined, the lines equal the text: spaces at a line's end stay there and are not counted.
    """
    end = Break(len(text), Grade.AFTER_PAUSE)
    stops = [stop for stop in breaks if stop.grade <= worst]
    nodes = [_Node(Break(0, Grade.AFTER_PAUSE), _Cost(), -1)]
    for stop in [*stops, end]:
        nodes.append(_best_line_ending_at(stop, text, advances, nodes, measure))
    return _trace(text, nodes) if nodes[-1].cost is not None else None


def _best_line_ending_at(
    stop: Break, text: str, advances: Sequence[int], nodes: Sequence[_Node], measure: int
) -> _Node:
    visible_end = len(text[: stop.index].rstrip())
    best: _Node = _Node(stop, None, -1)
    for number in range(len(nodes) - 1, -1, -1):
        start = nodes[number]
        slack = measure - (advances[visible_end] - advances[min(start.stop.index, visible_end)])
        if slack < 0:
            break
        if start.cost is not None:
            cost = _add_line(start.cost, stop, slack, measure)
            if best.cost is None or cost < best.cost:
                best = _Node(stop, cost, number)
        if start.stop.forced:
            break
    return best


def _add_line(cost: _Cost, stop: Break, slack: int, measure: int) -> _Cost:
    # With the number of lines fixed, least squares of the slack is the most even division; a line that
    # ends in the middle of a clause weighs as much as one a sixth of the measure short.
    unpaused = 0 if stop.grade is Grade.AFTER_PAUSE else (measure // 6) ** 2
    broken = max(0, stop.grade - Grade.BETWEEN_PHRASES)
    return _Cost(cost.lines + 1, cost.broken + broken, cost.raggedness + slack * slack + unpaused)


def _trace(text: str, nodes: Sequence[_Node]) -> tuple[str, ...]:
    lines: list[str] = []
    number = len(nodes) - 1
    while number > 0:
        previous = nodes[number].previous
        lines.append(text[nodes[previous].stop.index : nodes[number].stop.index])
        number = previous
    return tuple(reversed(lines))
