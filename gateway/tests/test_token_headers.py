"""Tokens whose header asks for trouble: key ids that are paths, keys that come along, extensions, sheer length."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import ECKey

from gateway import auth


async def status(client, token):
    return await client.get("/api/campaigns", headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize(
    "kid",
    [
        "../../etc/passwd",
        "/dev/null",
        "test\x00",
        "' OR 1=1--",
        "http://evil.example/k",
        "x" * 400,
        "",
        "Test",
        7,
        ["test"],
    ],
)
async def test_key_id_is_a_name_in_the_key_set_and_nothing_else(client, make_token, kid):
    forged = ECKey.generate_key("P-256", {"kid": "test"})
    assert (await status(client, _with_header(make_token(), kid=kid))).status_code == 401
    assert (await status(client, _with_header(make_token(key=forged), kid=kid, jwk=_public(forged)))).status_code == 401


@pytest.mark.parametrize("name", ["jwk", "jku", "x5u", "x5c"])
async def test_key_that_a_token_brings_along_is_not_asked_for(client, make_token, signing_key, httpserver, name):
    forged = ECKey.generate_key("P-256", {"kid": "test"})
    httpserver.expect_request("/keys").respond_with_json({"keys": [_public(forged)]})
    url = httpserver.url_for("/keys")
    brought: Any = {"jwk": _public(forged), "jku": url, "x5u": url, "x5c": ["MIIB"]}[name]
    assert (await status(client, make_token(key=forged, header={name: brought}))).status_code == 401
    assert httpserver.log == []


@pytest.mark.parametrize("critical", [["exp"], ["b64"], ["alg"], ["policy"], [], "exp", [7]])
async def test_soundly_signed_token_with_an_extension_that_must_be_understood_is_refused(
    client, make_token, signing_key, critical
):
    plain, extended = [_signed(make_token(), signing_key, **fields) for fields in ({}, {"crit": critical, "exp": 9e9})]
    assert (await status(client, plain)).status_code == 200
    assert (await status(client, extended)).status_code == 401


@pytest.mark.parametrize("length", [auth.TOKEN_LIMIT + 1, 20_000, 60_000])
async def test_huge_token_is_refused_before_it_is_looked_at(client, make_token, length, monkeypatch):
    looked_at: list[bytes] = []
    monkeypatch.setattr(auth.jws, "extract_compact", looked_at.append)
    answer = await status(client, make_token(padding="x" * length))
    assert answer.status_code == 401
    assert answer.json()["detail"].startswith("the token is too long")
    assert looked_at == []


def _public(key):
    return key.as_dict(private=False)


def _with_header(token, **fields):
    """The token with more fields in its header, under the signature that it had."""
    head, *rest = token.split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))) | fields
    return ".".join([_part(json.dumps(header).encode()), *rest])


def _signed(token, key, **fields):
    """The same, signed anew with an ES256 key, which a JOSE library would refuse to do for some headers."""
    content = _with_header(token, **fields).rpartition(".")[0]
    r, s = decode_dss_signature(key.private_key.sign(content.encode(), ECDSA(SHA256())))
    return f"{content}.{_part(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _part(content):
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
