"""The broker's exchanges, and how a service describes its queues. One description serves code, set-up and documents."""

from dataclasses import dataclass

EVENTS = "saisei.events"
COMMANDS = "saisei.commands"
REPLIES = "saisei.replies"
RETRY = "saisei.retry"
DEAD = "saisei.dead"

EXCHANGES: dict[str, str] = {EVENTS: "topic", COMMANDS: "direct", REPLIES: "direct", RETRY: "topic", DEAD: "topic"}


@dataclass(frozen=True)
class Queue:
    """One durable quorum queue with its delayed retry and its dead-letter queue.

    `events` are routing keys bound on saisei.events; `commands` binds the queue's own name on saisei.commands.
    A message that keeps failing is tried `tries` times, `retry_delay_ms` apart, and is then dead-lettered.
    """

    name: str
    events: tuple[str, ...] = ()
    commands: bool = False
    tries: int = 5
    retry_delay_ms: int = 1000

    @property
    def retry(self) -> str:
        """Where a failed message waits for its next try."""
        return f"{self.name}.retry"

    @property
    def dead(self) -> str:
        """Where a message ends that failed every try."""
        return f"{self.name}.dead"


@dataclass(frozen=True)
class ServiceTopology:
    """All that one service reads and writes on the broker."""

    name: str
    queues: tuple[Queue, ...]
    publishes: tuple[str, ...]
    sends_commands: bool = False
    reads_replies: bool = False
