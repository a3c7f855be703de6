"""What services publish, subscribe to and handle fits together, and with the classes of messages."""

import pytest

from contracts.envelope import Command, Event
from saisei_local.generated.messages import commands, events
from saisei_local.generated.services import subscriptions, taken
from saisei_local.services import topologies

TOPOLOGIES = {topology.name: topology for topology in topologies()}
SERVICES = [name for name in TOPOLOGIES if name != "gateway"]
PUBLISHED = {name for topology in TOPOLOGIES.values() for name in topology.publishes}
QUEUES = {queue.name: queue for topology in TOPOLOGIES.values() for queue in topology.queues}
every_service = pytest.mark.parametrize("service", SERVICES)


def test_every_event_that_has_a_class_is_published_by_some_service_and_no_other():
    assert events().keys() == PUBLISHED


@every_service
def test_every_event_subscribed_to_is_published_by_some_service(service):
    bound = {name for queue in TOPOLOGIES[service].queues for name in queue.events}
    assert bound <= PUBLISHED


@every_service
def test_every_queue_has_one_subscription_and_no_other_is_subscribed_to(service):
    queues = [subscription.queue for subscription in subscriptions(service)]
    assert sorted(queues) == sorted(queue.name for queue in TOPOLOGIES[service].queues)


@every_service
def test_queue_is_bound_to_exactly_the_events_that_are_handled(service):
    for subscription in subscriptions(service):
        handled = {name for name, model in subscription.accepted.items() if issubclass(model, Event)}
        assert handled == set(QUEUES[subscription.queue].events), subscription.queue


@every_service
def test_queue_takes_commands_exactly_when_some_are_handled(service):
    for subscription in subscriptions(service):
        handled = {model for model in subscription.accepted.values() if issubclass(model, Command)}
        assert bool(handled) == QUEUES[subscription.queue].commands, subscription.queue
        assert {model.queue for model in handled} <= {"", subscription.queue}


def test_every_command_is_handled_somewhere_and_on_the_queue_that_it_names():
    handled = {
        (name, subscription.queue)
        for service in SERVICES
        for subscription in subscriptions(service)
        for name in subscription.accepted
    }
    for name, command in commands().items():
        assert name in {each for each, _ in handled}, name
        assert not command.queue or (name, command.queue) in handled, name


def test_gateway_projection_takes_every_event():
    assert taken(TOPOLOGIES["gateway"]) == {"gateway.projection": tuple(events())}


def test_service_queues_are_named_after_their_service():
    assert all(queue.name.startswith(f"{name}.") for name, each in TOPOLOGIES.items() for queue in each.queues)
