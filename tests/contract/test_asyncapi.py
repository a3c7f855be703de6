"""The committed AsyncAPI documents: complete, consistent in themselves, and free of anything of one installation."""

import json
from pathlib import Path

import pytest
import yaml

from saisei_local.generate import ASYNCAPI, ROOT
from saisei_local.generated.documents import Document
from saisei_local.services import topologies

TOPOLOGIES = {topology.name: topology for topology in topologies()}
every_service = pytest.mark.parametrize("service", TOPOLOGIES)


def document(service):
    return yaml.safe_load((ROOT / ASYNCAPI / f"{service}.yaml").read_text())


def references(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref":
                yield inner
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_there_is_one_document_for_every_service():
    assert {path.stem for path in (ROOT / ASYNCAPI).glob("*.yaml")} == set(TOPOLOGIES)


@every_service
def test_every_reference_leads_somewhere(service):
    found = document(service)
    for reference in references(found):
        if reference.startswith("#"):
            assert Document(found).resolved({"$ref": reference}), reference
        else:
            assert json.loads((ROOT / ASYNCAPI / Path(reference)).read_text()), reference


@every_service
def test_operations_carry_only_messages_of_their_channel(service):
    found = document(service)
    assert found["asyncapi"] == "3.0.0"
    for operation in found["operations"].values():
        channel = operation["channel"]["$ref"]
        assert operation["action"] in ("send", "receive")
        assert operation["messages"]
        assert all(message["$ref"].startswith(f"{channel}/messages/") for message in operation["messages"])


@every_service
def test_channels_are_the_queues_and_the_events_of_the_topology(service):
    channels = document(service)["channels"]
    topology = TOPOLOGIES[service]
    assert channels.keys() >= {queue.name for queue in topology.queues} | set(topology.publishes)
    for queue in topology.queues:
        bound = {source["routingKey"] for source in channels[queue.name]["x-bound-to"]}
        assert bound == {*queue.events, *([queue.name] if queue.commands else [])}


@every_service
def test_document_names_no_server_and_no_secret(service):
    found = document(service)
    text = (ROOT / ASYNCAPI / f"{service}.yaml").read_text()
    assert "servers" not in found
    assert not [word for word in ("://", "localhost", "127.0.0.1", "password", "saisei_") if word in text]
