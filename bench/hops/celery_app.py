"""Celery's side of the cascade: tasks that keep the same promises, with the outbox written in the task.

Each task claims its message, writes the effect and the next message's outbox row in one transaction, publishes with a
confirm and is acknowledged after that. Rows that were published are deleted with the process's next transaction, which
costs no commit of its own. Quorum queues and persistent messages, as ours. (What publishes a row whose process died in
between is left out: it takes no part in the speed.)
"""

# Peers are installed for `make bench` only, and checked by types all the same.
# pyright: reportMissingImports=false

import json
import os
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import psycopg
from celery import Celery, Task
from kombu.entity import Queue

from bench.hops.steps import EFFECTS_TABLE, HOPS
from chassis.tables import INBOX, OUTBOX

TABLES = (INBOX, OUTBOX, EFFECTS_TABLE)
TASK = "hop"
HOPS_QUEUE, FINISH_QUEUE = "hops", "finish"
CLAIM = "INSERT INTO inbox (consumer, message_id) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING true"
EFFECT = "INSERT INTO effects (cascade, hop, sha256) VALUES (%s, %s, %s)"
INSERT = """
INSERT INTO outbox (id, exchange, routing_key, body, message_type, leased_until)
VALUES (%s, %s, %s, %s, %s, clock_timestamp() + interval '10 seconds')
"""
DELETE = "DELETE FROM outbox WHERE id = ANY(%s)"

app = Celery("hops", broker=os.environ["BENCH_AMQP_URL"])
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    task_default_queue=HOPS_QUEUE,
    task_queues=[Queue(HOPS_QUEUE, queue_arguments={"x-queue-type": "quorum"}), Queue(FINISH_QUEUE)],
    broker_transport_options={"confirm_publish": True},
    broker_connection_retry_on_startup=True,
    worker_prefetch_multiplier=10,
    worker_hijack_root_logger=False,
)


class Rows:
    """This process's connection, and the outbox rows that it has published."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._published: list[UUID] = []

    def write(self, message_id: str, hop: int, step: dict[str, Any], following: UUID) -> bool:
        """Claim, effect and outbox row in one transaction. False, and nothing, for a message claimed before."""
        with self._connection.transaction(), self._connection.cursor() as cursor:
            if self._published:
                cursor.execute(DELETE, (self._published,))
            claimed = cursor.execute(CLAIM, (f"hop{hop}", message_id)).fetchone() is not None
            if claimed:
                cursor.execute(EFFECT, (step["cascade"], hop, step["sha256"]))
                cursor.execute(INSERT, (following, "", HOPS_QUEUE, json.dumps(step).encode(), f"hop{hop + 1}"))
        self._published.clear()
        return claimed

    def was_published(self, message_id: UUID) -> None:
        """The broker has confirmed the row's message."""
        self._published.append(message_id)


@cache
def rows() -> Rows:
    """Made in the worker process that uses it, after the fork."""
    return Rows(os.environ["BENCH_CELERY_DATABASE_URL"])


@app.task(bind=True, name=TASK)
def run_hop(task: Task, hop: int, step: dict[str, Any]) -> None:
    """One hop: its rows, then the next message."""
    following = uuid4()
    if not rows().write(task.request.id, hop, step, following):
        return
    if hop < HOPS:
        app.send_task(TASK, (hop + 1, step), task_id=str(following))
    else:
        app.send_task("finish", (step,), task_id=str(following), queue=FINISH_QUEUE)
    rows().was_published(following)
