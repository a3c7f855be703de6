"""What every service can be asked about its own running."""

from datetime import datetime
from typing import ClassVar

from contracts.envelope import Command
from contracts.values import Fact


class DeadLetter(Fact):
    """A message that failed every try, as often as it lies in its dead-letter queue.

    `id` is its queue and its message's id; `body` is the beginning of what was received, as text.
    """

    id: str
    queue: str
    message_id: str
    type: str
    reason: str
    tries: int
    count: int
    first_dead_at: datetime
    last_dead_at: datetime
    body: str
    whole: bool


class DeadLetters(Fact):
    """A service's dead letters of one team; `more` is true when its queues hold more than were looked at."""

    items: tuple[DeadLetter, ...] = ()
    more: bool = False


class ListDeadLetters(Command):
    """Asks a service for the dead letters of the asking team, or those of one queue. Sent to `<service>.commands`."""

    type: ClassVar[str] = "dead_letters.list"
    queue: ClassVar[str] = ""

    of_queue: str | None = None


class ReplayDeadLetters(Command):
    """Has a service handle dead letters of the asking team once more, with all tries ahead."""

    type: ClassVar[str] = "dead_letters.replay"
    queue: ClassVar[str] = ""

    ids: tuple[str, ...]


class RecordReplay(Command):
    """A dead letter is about to be replayed by other means than its own service; recorded before it is."""

    type: ClassVar[str] = "dead_letters.replay_by_operator"
    queue: ClassVar[str] = "jobs.accesses"

    id: str
    reason: str
