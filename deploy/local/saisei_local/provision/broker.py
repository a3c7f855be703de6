"""The broker: users, permissions and topology from the services' own descriptions."""

import base64
import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chassis.topology import COMMANDS, DEAD, EVENTS, EXCHANGES, REPLIES, RETRY, Queue, ServiceTopology

DELIVERY_LIMIT = 50
# Looking at a dead letter and giving it back counts as a delivery. RabbitMQ 4 drops a message after 20 when nothing is
# said, and takes -1 for no limit, which 3.x refuses: so a number that nobody reaches, the largest that both take.
UNREACHED_LIMIT = 2**31 - 1
NOTHING = "^$"
OBSERVER_POLICY = {"max-length": 10_000, "max-length-bytes": 67_108_864, "overflow": "drop-head", "expires": 1_800_000}

Json = dict[str, Any]


def user_name(name: str) -> str:
    """The broker user of a service, of `admin` or of `observer`."""
    return f"saisei_{name}"


def broker_definitions(
    services: Sequence[ServiceTopology], passwords: Mapping[str, str], vhosts: Sequence[str] = ("/",)
) -> Json:
    """RabbitMQ's definitions document. `passwords` go by service name, plus `admin` and `observer`."""
    names = [service.name for service in services]
    return {
        "vhosts": [{"name": vhost} for vhost in vhosts],
        "users": [_user(name, passwords[name]) for name in ("admin", "observer", *names)],
        "permissions": [entry for vhost in vhosts for entry in _permissions(services, vhost)],
        "topic_permissions": [entry for vhost in vhosts for s in services for entry in _topic_permissions(s, vhost)],
        "policies": [_observer_policy(vhost) for vhost in vhosts],
        "exchanges": [_exchange(name, kind, vhost) for vhost in vhosts for name, kind in EXCHANGES.items()],
        "queues": [
            {"name": name, "vhost": vhost, "durable": True, "auto_delete": False, "arguments": arguments}
            for vhost in vhosts
            for name, arguments in _declared(services).items()
        ],
        "bindings": [
            _binding(exchange, key, queue, vhost) for vhost in vhosts for exchange, key, queue in bindings(services)
        ],
    }


async def declare(amqp_url: str, services: Sequence[ServiceTopology]) -> None:
    """Declare the same topology on a broker of someone else's, over AMQP. Its users are its owner's affair."""
    import aio_pika

    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        for name, kind in EXCHANGES.items():
            await channel.declare_exchange(name, aio_pika.ExchangeType(kind), durable=True)
        declared = {
            name: await channel.declare_queue(name, durable=True, arguments=arguments)
            for name, arguments in _declared(services).items()
        }
        for exchange, key, queue in bindings(services):
            await declared[queue].bind(exchange, key)


def _declared(services: Sequence[ServiceTopology]) -> dict[str, Json]:
    """Every queue, and after them one that nobody uses, a new one whenever there are new queues.

    RabbitMQ 3.10.8 loses the newest quorum queue for good when it is killed within half a second of its declaration:
    the last of six declared in a row had no leader any more, each time, and those before it were well.
    """
    used = queues(services)
    names = "\n".join(used).encode()
    newest = [f"{name}.{hashlib.sha256(names).hexdigest()[:8]}" for name in [*used][-1:]]
    return used | {key: {"x-queue-type": "quorum"} for key in newest}


def queues(services: Iterable[ServiceTopology]) -> dict[str, Json]:
    """Every queue's arguments: the working queue, where its failures wait, and where they end."""
    found: dict[str, Json] = {}
    for queue in _all_queues(services):
        found[queue.name] = _reliable(RETRY, queue.name) | {"x-delivery-limit": DELIVERY_LIMIT}
        found[queue.retry] = _reliable("", queue.name) | {"x-message-ttl": queue.retry_delay_ms}
        found[queue.dead] = {"x-queue-type": "quorum", "x-delivery-limit": UNREACHED_LIMIT}
    return found


def bindings(services: Iterable[ServiceTopology]) -> list[tuple[str, str, str]]:
    """Every (exchange, routing key, queue)."""
    found: list[tuple[str, str, str]] = []
    for queue in _all_queues(services):
        found += [(EVENTS, key, queue.name) for key in queue.events]
        found += [(COMMANDS, queue.name, queue.name)] if queue.commands else []
        found += [(RETRY, queue.name, queue.retry), (DEAD, queue.name, queue.dead)]
    return found


def _all_queues(services: Iterable[ServiceTopology]) -> Iterable[Queue]:
    return (queue for service in services for queue in service.queues)


def _reliable(exchange: str, key: str) -> Json:
    """Dead-lettering that loses nothing: the source keeps a message until its next queue has confirmed it."""
    return {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": exchange,
        "x-dead-letter-routing-key": key,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def _permissions(services: Iterable[ServiceTopology], vhost: str) -> list[Json]:
    observer = (r"^observer\.", r"^observer\.", rf"^(observer\..*|{re.escape(EVENTS)})$")
    rights = {"admin": (".*", ".*", ".*"), "observer": observer}
    rights |= {service.name: _rights(service) for service in services}
    return [
        {"user": user_name(name), "vhost": vhost, "configure": configure, "write": write, "read": read}
        for name, (configure, write, read) in rights.items()
    ]


def _rights(service: ServiceTopology) -> tuple[str, str, str]:
    """(configure, write, read): its own queues, and the exchanges it publishes to."""
    own_replies = rf"{service.name}\.replies\..*"
    write = [re.escape(exchange) for exchange in _exchanges_written(service)]
    read = [rf"{service.name}\..*"]
    if not service.reads_replies:
        return NOTHING, _any(write), _any(read)
    return rf"^{service.name}\.replies\.", _any([*write, own_replies]), _any([*read, re.escape(REPLIES)])


def _exchanges_written(service: ServiceTopology) -> list[str]:
    uses = {
        EVENTS: bool(service.publishes),
        COMMANDS: service.sends_commands,
        REPLIES: any(queue.commands for queue in service.queues),
        RETRY: bool(service.queues),
        DEAD: bool(service.queues),
    }
    return [exchange for exchange, used in uses.items() if used]


def _topic_permissions(service: ServiceTopology, vhost: str) -> list[Json]:
    """Which routing keys it may publish: its own events, and its own queues' retry and dead letters."""
    own = rf"^{service.name}\."
    events = _any([re.escape(event) for event in service.publishes])
    return [
        {"user": user_name(service.name), "vhost": vhost, "exchange": exchange, "write": write, "read": NOTHING}
        for exchange, write in ((EVENTS, events), (RETRY, own), (DEAD, own))
    ]


def _any(patterns: Sequence[str]) -> str:
    return f"^({'|'.join(patterns)})$" if patterns else NOTHING


def _user(name: str, password: str) -> Json:
    tags = ["administrator"] if name == "admin" else []
    return {
        "name": user_name(name),
        "password_hash": password_hash(password),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": tags,
    }


def password_hash(password: str, salt: bytes | None = None) -> str:
    """RabbitMQ's salted SHA-256: four bytes of salt, then the digest of salt and password, in base64."""
    salt = salt or os.urandom(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _exchange(name: str, kind: str, vhost: str) -> Json:
    base: Json = {"name": name, "vhost": vhost, "type": kind, "durable": True}
    return base | {"auto_delete": False, "internal": False, "arguments": {}}


def _binding(exchange: str, key: str, queue: str, vhost: str) -> Json:
    target = {"destination": queue, "destination_type": "queue"}
    return {"source": exchange, "vhost": vhost, "routing_key": key, "arguments": {}, **target}


def _observer_policy(vhost: str) -> Json:
    return {
        "vhost": vhost,
        "name": "observer-bounds",
        "pattern": r"^observer\.",
        "apply-to": "queues",
        "definition": OBSERVER_POLICY,
        "priority": 0,
    }
