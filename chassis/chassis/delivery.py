"""From bytes to a typed message."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from chassis.errors import Poison
from chassis.inbox import CLOCK_SKEW, RETENTION
from contracts.envelope import Command, Envelope, Event


@dataclass(frozen=True, slots=True)
class Delivery:
    """One received message: its envelope and its typed content."""

    envelope: Envelope
    content: Any


def decode_envelope(body: bytes) -> Envelope:
    """Parses one CloudEvent of any type. Raises Poison for bad JSON, a bad envelope, or one too old to dedupe."""
    try:
        envelope = Envelope.model_validate_json(body)
    except ValidationError as error:
        raise Poison(f"not a CloudEvent of ours: {_first(error)}") from error
    age = datetime.now(UTC) - envelope.told_at
    if age < -CLOCK_SKEW:
        raise Poison(f"from the future: {envelope.told_at.isoformat()}; look at the publisher's clock")
    if age > RETENTION:
        raise Poison(f"older than {RETENTION.days} days, so a second effect could not be ruled out")
    return envelope


def decode(body: bytes, accepted: Mapping[str, type[Event] | type[Command]]) -> Delivery:
    """Parses one CloudEvent and its content. Raises Poison as above, and for an unknown type or a bad schema."""
    envelope = decode_envelope(body)
    model = accepted.get(envelope.type)
    if model is None:
        raise Poison(f"nobody here handles {envelope.type}")
    try:
        return Delivery(envelope, model.model_validate(envelope.data))
    except ValidationError as error:
        raise Poison(f"{envelope.type}: {_first(error)}") from error


def _first(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
