"""Staleness: recorded inputs compared, by hash, with the inputs as they are now."""

from collections.abc import Collection, Iterable, Mapping

from contracts.values import Cause, InputSet, Parameter, UpstreamRef, Wanted
from lineage.canonical import canonical_json, content_hash

DERIVED_PREFIX = "derived:"
"""Begins a parameter that follows from upstream pieces by a derivation, whose version comes after it."""


def input_hash(inputs: InputSet) -> str:
    """SHA-256 of an input set's canonical JSON.

    An upstream piece counts by id and content hash. Its version number is kept for the telling of causes and
    left out of the hash, so a piece restored to earlier bytes leaves what was made from them fresh. A parameter
    that is None is as good as absent.
    """
    upstream = {role: {"id": ref.id, "sha256": ref.sha256} for role, ref in inputs.upstream.items()}
    parameters = {name: value for name, value in inputs.parameters.items() if value is not None}
    return content_hash({"upstream": upstream, "parameters": parameters})


def inputs_now(wanted: Wanted, pieces: Mapping[str, UpstreamRef]) -> InputSet | None:
    """The input set an asset would be made from today; None while an upstream piece does not exist yet."""
    if any(piece_id not in pieces for piece_id in wanted.upstream.values()):
        return None
    upstream = {role: pieces[piece_id] for role, piece_id in wanted.upstream.items()}
    return InputSet(upstream=upstream, parameters=wanted.parameters)


def is_stale(confirmed: Collection[str], now: str | None) -> bool:
    """True when the hash of the inputs as they are now is none of those that confirm the current version.

    `now` is None while an upstream piece does not exist; what was made is then not confirmed either.
    """
    return now not in confirmed


def causes(made_from: InputSet, now: InputSet, names: Mapping[str, str] | None = None) -> tuple[Cause, ...]:
    """The differing entries, upstream pieces first, each in words; `names` are what people call pieces, by id."""
    return (*_upstream_causes(made_from, now, names or {}), *_parameter_causes(made_from, now))


def _upstream_causes(made_from: InputSet, now: InputSet, names: Mapping[str, str]) -> Iterable[Cause]:
    for role in sorted({*made_from.upstream, *now.upstream}):
        was, is_ = made_from.upstream.get(role), now.upstream.get(role)
        if was is None or is_ is None or (was.id, was.sha256) != (is_.id, is_.sha256):
            yield _upstream_cause(role, was, is_, names)


def _upstream_cause(role: str, was: UpstreamRef | None, now: UpstreamRef | None, names: Mapping[str, str]) -> Cause:
    if now is None:
        assert was is not None
        name = names.get(was.id, f"{role} {was.id}")
        return Cause(upstream_id=was.id, was=was.version, now=None, text=f"{name} is no longer used")
    name = names.get(now.id, f"{role} {now.id}")
    if was is None:
        return Cause(upstream_id=now.id, was=None, now=now.version, text=f"{name} is used now; it was not before")
    if was.id != now.id:
        text = f"{name} is chosen now; this was made from {names.get(was.id, was.id)}"
        return Cause(upstream_id=now.id, was=was.id, now=now.id, text=text)
    text = f"{name} is at version {now.version}; this was made from version {was.version}"
    return Cause(upstream_id=now.id, was=was.version, now=now.version, text=text)


def _parameter_causes(made_from: InputSet, now: InputSet) -> Iterable[Cause]:
    for name in sorted({*made_from.parameters, *now.parameters}):
        was, is_ = made_from.parameters.get(name), now.parameters.get(name)
        # Compared as they are hashed: to Python, True and 1 are equal.
        if canonical_json(was) != canonical_json(is_):
            yield Cause(upstream_id=name, was=was, now=is_, text=_changed(name, was, is_))


def _changed(name: str, was: Parameter, now: Parameter) -> str:
    return f"{name} is {_shown(now)}; this was made with {_shown(was)}"


def _shown(value: Parameter) -> str:
    if isinstance(value, str) and value.startswith(DERIVED_PREFIX):
        return "the one derived from brief and brand"
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
