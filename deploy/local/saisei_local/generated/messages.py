"""Every message type there is, found by looking: a class of `contracts` with a `type` of its own."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import contracts
from contracts.envelope import Command, Event, Reply

Message = type[Event] | type[Command] | type[Reply]


def message_types() -> dict[str, Message]:
    """Message classes by CloudEvents type, in order. Raises ValueError when two classes share a type."""
    found: dict[str, Message] = {}
    for model in _models():
        if found.setdefault(model.type, model) is not model:
            raise ValueError(f"{model.__name__} and {found[model.type].__name__} both have the type {model.type}")
    return dict(sorted(found.items()))


def events() -> dict[str, type[Event]]:
    """Event classes by type."""
    return {name: model for name, model in message_types().items() if issubclass(model, Event)}


def commands() -> dict[str, type[Command]]:
    """Command classes by type."""
    return {name: model for name, model in message_types().items() if issubclass(model, Command)}


def _models() -> Iterator[Message]:
    for module in iter_modules(contracts.__path__, "contracts."):
        for model in vars(import_module(module.name)).values():
            if isinstance(model, type) and issubclass(model, Event | Command | Reply) and "type" in vars(model):
                yield model
