"""The heartbeat that every connection has."""

import pytest

from chassis.connection import with_heartbeat


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("amqp://u:p@host:5672/0.1", "amqp://u:p@host:5672/0.1?heartbeat=5"),
        ("amqp://u:p@host:5672", "amqp://u:p@host:5672/?heartbeat=5"),
        ("amqps://u:p%40x@host/%2F?cafile=a", "amqps://u:p%40x@host/%2F?cafile=a&heartbeat=5"),
        ("amqp://host/?heartbeat=30", "amqp://host/?heartbeat=30"),
    ],
)
def test_heartbeat_is_ours_unless_the_url_names_another(url, expected):
    assert with_heartbeat(url) == expected
