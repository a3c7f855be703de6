"""AsyncAPI 3.0 documents: what each service reads and writes on the broker, from its topology and its handlers."""

from collections.abc import Iterable
from typing import Any

import yaml

from chassis.topology import COMMANDS, EVENTS, EXCHANGES, REPLIES, Queue, ServiceTopology
from contracts.envelope import CONTENT_TYPE, Reply
from saisei_local.generated.messages import commands, events

Json = dict[str, Any]

BINDING_VERSION = "0.3.0"
SCHEMA_FORMAT = "application/schema+json;version=draft-2020-12"


def asyncapi(topology: ServiceTopology, taken: dict[str, tuple[str, ...]]) -> str:
    """A service's document as YAML. `taken` are the message types that its handlers take, by queue."""
    channels = {queue.name: _queue_channel(queue, taken[queue.name]) for queue in topology.queues}
    operations = {_operation("receive", name): _act("receive", name, channel) for name, channel in channels.items()}
    for name, channel in _written(topology).items():
        channels[name] = channel
        operations[_operation("send", name)] = _send(name, channel)
    if topology.reads_replies:
        name = f"{topology.name}.replies"
        channels[name] = _reply_channel(f"{name}.{{replica}}")
        operations[_operation("receive", name)] = _act("receive", name, channels[name])
    used = {name for channel in channels.values() for name in channel["messages"]}
    document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Saisei {topology.name}",
            "version": "1.0.0",
            "description": f"What the {topology.name} service reads and writes on the broker.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": channels,
        "operations": operations,
        "components": {"messages": {name: _message(name) for name in sorted(used)}},
    }
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)


def _operation(action: str, channel: str) -> str:
    return f"{action}.{channel}"


def _written(topology: ServiceTopology) -> dict[str, Json]:
    """The exchanges a service writes to: events by type, and commands and replies by a routing key that varies."""
    found = {name: _exchange_channel(EVENTS, name, (name,)) for name in topology.publishes}
    if topology.sends_commands:
        found[COMMANDS] = _exchange_channel(COMMANDS, "{queue}", commands(), queue="The queue that takes the command.")
    if any(queue.commands for queue in topology.queues):
        address = "The reply queue that the command named."
        found[REPLIES] = _exchange_channel(REPLIES, "{replyTo}", (Reply.type,), replyTo=address)
    return found


def _queue_channel(queue: Queue, types: Iterable[str]) -> Json:
    sources = [{"exchange": EVENTS, "routingKey": key} for key in queue.events]
    sources += [{"exchange": COMMANDS, "routingKey": queue.name}] if queue.commands else []
    return {
        "address": queue.name,
        "messages": _messages(types),
        "bindings": _queue_bindings(queue.name, durable=True),
        "x-bound-to": sources,
        "x-retry": {"tries": queue.tries, "delayMilliseconds": queue.retry_delay_ms, "queue": queue.retry},
        "x-dead-letters": queue.dead,
    }


def _reply_channel(address: str) -> Json:
    return {
        "address": address,
        "parameters": {"replica": {"description": "One per replica; it is gone when the replica is."}},
        "messages": _messages((Reply.type,)),
        "bindings": _queue_bindings(address, durable=False),
        "x-bound-to": [{"exchange": REPLIES, "routingKey": address}],
    }


def _queue_bindings(name: str, *, durable: bool) -> Json:
    queue = {"name": name, "durable": durable, "exclusive": not durable, "autoDelete": not durable}
    return {"amqp": {"is": "queue", "queue": queue, "bindingVersion": BINDING_VERSION}}


def _exchange_channel(exchange: str, address: str, types: Iterable[str], **parameters: str) -> Json:
    described = {"parameters": {name: {"description": text} for name, text in parameters.items()}} if parameters else {}
    kind = {"name": exchange, "type": EXCHANGES[exchange], "durable": True, "autoDelete": False}
    bindings = {"amqp": {"is": "routingKey", "exchange": kind, "bindingVersion": BINDING_VERSION}}
    return {"address": address, **described, "messages": _messages(types), "bindings": bindings}


def _messages(types: Iterable[str]) -> Json:
    return {name: {"$ref": f"#/components/messages/{name}"} for name in sorted(types)}


def _send(name: str, channel: Json) -> Json:
    amqp = {"deliveryMode": 2, "mandatory": True, "bindingVersion": BINDING_VERSION}
    return _act("send", name, channel) | {"bindings": {"amqp": amqp}}


def _act(action: str, name: str, channel: Json) -> Json:
    reference = f"#/channels/{name}"
    messages = [{"$ref": f"{reference}/messages/{message}"} for message in channel["messages"]]
    return {"action": action, "channel": {"$ref": reference}, "messages": messages}


def _message(name: str) -> Json:
    model = (events() | commands() | {Reply.type: Reply})[name]
    summary = {"summary": model.__doc__.strip().splitlines()[0]} if model.__doc__ else {}
    return {
        "name": name,
        **summary,
        "contentType": CONTENT_TYPE,
        "correlationId": {"location": "$message.payload#/correlationid"},
        "payload": {"schemaFormat": SCHEMA_FORMAT, "schema": {"$ref": f"../schemas/{name}.json"}},
    }
