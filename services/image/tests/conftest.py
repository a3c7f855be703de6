"""Shared by the provider tests: the stand-in of Replicate, served once."""

from collections.abc import Iterator

import pytest

from .replicate_standin import StandIn, World


@pytest.fixture(scope="session")
def _served() -> Iterator[StandIn]:
    with StandIn() as standin:
        yield standin


@pytest.fixture
def standin(_served: StandIn) -> StandIn:
    """The stand-in with an empty memory."""
    _served.forget()
    return _served


@pytest.fixture
def world(standin: StandIn) -> World:
    """What the stand-in remembers of this test."""
    return standin.world
