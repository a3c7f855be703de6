"""Whether QA stands in the way of approving a manifest."""

from collections.abc import Iterable
from typing import Literal

from contracts.qa import QaReport

QaVerdict = Literal["missing", "failing", "overridden", "passed"]


def governing(reports: Iterable[QaReport], manifest: str) -> list[QaReport]:
    """The reports that count for a manifest: the newest one, and the newest that the paid reviewer took part in.

    So a later run of the rules alone never clears what the reviewer found in the same bytes.
    """
    bound = sorted((one for one in reports if one.manifest == manifest), key=lambda one: one.number, reverse=True)
    newest = bound[:1]
    reviewed = [one for one in bound if one.mode == "full"][:1]
    return [*newest, *(one for one in reviewed if one not in newest)]


def verdict(reports: Iterable[QaReport], manifest: str) -> QaVerdict:
    """`missing` when nothing judged this very manifest; `failing` when a report that counts failed and still stands."""
    counting = governing(reports, manifest)
    if not counting:
        return "missing"
    if any(not one.passed and one.override is None for one in counting):
        return "failing"
    return "passed" if all(one.passed for one in counting) else "overridden"
