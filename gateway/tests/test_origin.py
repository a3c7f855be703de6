"""Whose address a request has, when proxies stand between, and anybody can write a header."""

from ipaddress import ip_network

import pytest
from pydantic import ValidationError

from contracts.audit import RecordAccess
from gateway.origin import client_address
from gateway.settings import Settings

PROXIES = tuple(map(ip_network, ("10.0.0.0/8", "fd00::/8")))


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        # A header of somebody who is no proxy says nothing.
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.1", "10.0.0.2"], "198.51.100.1"),
        # What stands before the first untrusted address was written by whoever has it.
        ("10.0.0.1", ["127.0.0.1, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("fd00::1", ["2001:db8::7"], "2001:db8::7"),
        ("10.0.0.1", ["<script>"], "10.0.0.1"),
        ("10.0.0.1", ["10.0.0.2, 10.0.0.3"], "10.0.0.2"),
        ("10.0.0.1", [""], "10.0.0.1"),
        (None, ["198.51.100.1"], None),
    ],
)
def test_address_is_the_last_that_no_trusted_proxy_vouches_for(peer, forwarded, address):
    assert client_address(peer, forwarded, PROXIES) == address


def test_malformed_networks_are_refused_at_start_in_words():
    given = {"service": "gateway", "database_url": "", "amqp_url": "", "blob_url": "", "jwks_url": "https://k.example"}
    with pytest.raises(ValidationError, match=r"'10\.0\.0\.0/99' is no network"):
        Settings.model_validate(given | {"trusted_proxies": "10.0.0.0/8, 10.0.0.0/99"})


async def test_a_command_carries_who_sent_it_and_from_where(client, services, make_token, app):
    headers = {"Authorization": f"Bearer {make_token(role='admin', sub='sato')}"}
    headers |= {"User-Agent": "audit-test/1\t", "X-Request-Id": "r-77", "X-Forwarded-For": "198.51.100.1"}
    assert (await client.get("/api/admin/retry-intents?jobId=j-1", headers=headers)).status_code == 200
    [command] = [one for one in services.received if one.type == RecordAccess.type]
    assert (command.actor, command.actorrole, command.requestid) == ("sato", "admin", "r-77")
    assert (command.clientip, command.useragent) == ("127.0.0.1", "audit-test/1")
    assert command.data == {"path": "/api/admin/retry-intents?jobId=j-1"}


async def test_what_cannot_be_recorded_is_not_shown(client, services, make_token):
    del services.answers[RecordAccess.type]
    headers = {"Authorization": f"Bearer {make_token(role='admin')}"}
    answer = await client.get("/api/admin/retry-intents", headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/no-answer")


@pytest.mark.parametrize("role", ["viewer", "editor"])
async def test_others_than_admins_are_refused_and_nothing_is_asked_of_anybody(client, services, make_token, role):
    headers = {"Authorization": f"Bearer {make_token(role=role)}"}
    for path in ("/api/admin/audit", "/api/admin/audit/verify", "/api/admin/retry-intents"):
        assert (await client.get(path, headers=headers)).status_code == 403
    assert services.received == []


async def test_whoever_looks_again_at_once_is_one_entry_and_at_something_else_another(client, services, make_token):
    headers = {"Authorization": f"Bearer {make_token(role='admin', sub='sato')}"}
    for path in ("?limit=1", "?limit=1", "?limit=2"):
        assert (await client.get(f"/api/admin/retry-intents{path}", headers=headers)).status_code == 200
    read = [one.data["path"] for one in services.received if one.type == RecordAccess.type]
    assert read == ["/api/admin/retry-intents?limit=1", "/api/admin/retry-intents?limit=2"]


async def test_a_path_that_no_database_takes_is_recorded_as_it_was_sent(client, services, make_token):
    headers = {"Authorization": f"Bearer {make_token(role='admin', sub='sato')}"}
    assert (await client.get("/api/admin/retry-intents/%00x", headers=headers)).status_code == 422
    [command] = [one for one in services.received if one.type == RecordAccess.type]
    assert command.data["path"] == "/api/admin/retry-intents/%00x"
