"""How one wording became another, in pieces that a page can mark."""

from difflib import SequenceMatcher

from gateway.schemas.manifests import Segment


def segments(was: str, now: str) -> tuple[Segment, ...]:
    """What stayed, went and came, in reading order; without what went it reads as `now`, without what came as `was`."""
    found: list[Segment] = []
    for tag, i, j, k, n in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Segment(op="same", text=was[i:j]))
            continue
        if i < j:
            found.append(Segment(op="removed", text=was[i:j]))
        if k < n:
            found.append(Segment(op="added", text=now[k:n]))
    return tuple(found)
