"""Who gets in, and who may write."""

import json

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from gateway.jwks import FileKeys, KeysUnavailable, UrlKeys

PATH = "/api/campaigns"


async def status(client, token):
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {"Authorization": ""}
    return await client.get(PATH, headers=headers)


async def test_valid_token_is_let_in(client, make_token):
    assert (await status(client, make_token())).status_code == 200


async def test_no_token_is_challenged(client):
    answer = await status(client, None)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"exp": 1}, "the token has expired"),
        ({"role": None}, "the token has no `role`"),
        ({"aud": "another"}, "the token's `aud` is not accepted here"),
        ({"team": "a b"}, "the token's `sub`, `team` or `role` is not accepted here"),
        (
            {"key": ECKey.generate_key("P-256", {"kid": "test"})},
            "the token is not signed by a key that is accepted here",
        ),
    ],
)
async def test_refusal_says_what_is_wrong_and_how_to_get_a_token(client, make_token, changes, reason):
    detail = (await status(client, make_token(**changes))).json()["detail"]
    assert detail == f"{reason}. For a local instance, `saisei token` makes one."


async def test_garbage_is_said_to_be_no_token(client):
    detail = (await status(client, "a.b.c")).json()["detail"]
    assert detail.startswith("the token is not a signed JWT. ")


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 1},
        {"exp": None},
        {"aud": "another"},
        {"aud": None},
        {"iss": "another"},
        {"iss": None},
        {"sub": None},
        {"team": None},
        {"team": "a\x00b"},
        {"role": None},
        {"role": "root"},
        {"role": ["admin"]},
        {"nbf": 9_999_999_999},
    ],
)
async def test_token_with_a_wrong_claim_is_refused(client, make_token, changes):
    answer = await status(client, make_token(**changes))
    assert answer.status_code == 401
    assert "WWW-Authenticate" in answer.headers


async def test_token_of_another_key_is_refused(client, make_token):
    other = ECKey.generate_key("P-256", {"kid": "test"})
    assert (await status(client, make_token(key=other))).status_code == 401


async def test_unsigned_token_is_refused(client, unsigned_token):
    assert (await status(client, unsigned_token)).status_code == 401


async def test_public_key_does_not_serve_as_a_shared_secret(client, make_token, signing_key):
    secret = OctKey.import_key(signing_key.as_dict(private=False)["x"].encode(), {"kid": "test"})
    assert (await status(client, make_token(key=secret, alg="HS256"))).status_code == 401


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é.é.é", "....", "x" * 9000])
async def test_garbage_is_refused(client, token):
    headers = {"Authorization": f"Bearer {token}".encode()}
    assert (await client.get(PATH, headers=headers)).status_code == 401


async def test_viewer_reads_and_does_not_write(client, make_token):
    headers = {"Authorization": f"Bearer {make_token(role='viewer')}"}
    assert (await client.get(PATH, headers=headers)).status_code == 200
    answer = await client.post(PATH, json={}, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/forbidden"


@pytest.mark.parametrize(
    ("alg", "key"),
    [
        ("RS256", RSAKey.generate_key(2048, {"kid": "k"})),
        ("EdDSA", OKPKey.generate_key("Ed25519", {"kid": "k"})),
        ("ES256", ECKey.generate_key("P-256", {"kid": "k"})),
    ],
)
async def test_each_accepted_algorithm_works_once_its_key_is_in_the_set(
    client, make_token, jwks_file, signing_key, alg, key
):
    keys = [signing_key.as_dict(private=False), key.as_dict(private=False)]
    jwks_file.write_text(json.dumps({"keys": keys}))
    token = make_token(key=key, alg=alg, header={"kid": "k"})
    assert (await status(client, token)).status_code == 200


async def test_key_set_from_a_url_is_read_again_for_an_unknown_key_but_not_at_will(httpserver, signing_key):
    public = {"keys": [signing_key.as_dict(private=False)]}
    httpserver.expect_request("/jwks").respond_with_json(public)
    source = UrlKeys(httpserver.url_for("/jwks"))
    for kid in ("test", "unknown", "unknown too", "unknown as well"):
        assert len((await source.keys(kid)).keys) == 1
    assert len(httpserver.log) == 1


async def test_key_set_that_cannot_be_read_is_said_so(httpserver, tmp_path):
    httpserver.expect_request("/jwks").respond_with_data("<html>", status=500)
    with pytest.raises(KeysUnavailable):
        await UrlKeys(httpserver.url_for("/jwks")).keys("test")
    with pytest.raises(KeysUnavailable):
        await FileKeys(tmp_path / "missing.json").keys("test")
