"""The common shape of every `*.regenerated`, `*.rendered` and `*.invalidated` event."""

from typing import Literal

from contracts.envelope import Event
from contracts.values import Cause, InputSet, Sha256, Wanted

Reason = Literal["initial", "regenerate", "restore", "upload", "edited", "cascade"]


class Produced(Event):
    """A new version of one asset: what it is, what it was made from, and what it would be made from today.

    `reopen`: whoever asked for it consented to what other bytes do to an approval.
    """

    campaign_id: str
    asset_id: str
    version: int
    previous_version: int | None = None
    sha256: Sha256
    media_type: str
    width: int | None = None
    height: int | None = None
    bytes: int | None = None
    input_hash: Sha256
    inputs: InputSet
    wanted: Wanted
    prompt: str | None = None
    seed: int | None = None
    provider: str
    offline: bool
    job_id: str | None = None
    reason: Reason
    duration_ms: int | None = None
    reopen: bool = False


class Invalidated(Event):
    """An asset no longer agrees with what it rests on. `held` means nothing re-renders until someone lets it.

    `reopen`: it is rendered on the word of somebody who consents to what other bytes do to an approval.
    """

    campaign_id: str
    version: int
    causes: tuple[Cause, ...]
    held: bool
    wanted: Wanted
    reopen: bool = False
