"""Who gets in, and who may write."""

import json
import subprocess
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest
from joserfc.jwk import ECKey, KeySet, OctKey, OKPKey, RSAKey

from gateway import auth
from gateway.jwks import GOOD_FOR, REFRESH_AT_MOST_EVERY, FileKeys, KeysUnavailable, UrlKeys

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


async def test_two_tokens_are_refused_though_one_or_both_are_good(client, make_token):
    good = f"Bearer {make_token()}"
    del client.headers["Authorization"]
    for pair in ((good, "Bearer nonsense"), ("Basic eDp5", good), (good, good)):
        answer = await client.get("/api/campaigns", headers=[("Authorization", one) for one in pair])
        assert (answer.status_code, "more than one Authorization header" in answer.json()["detail"]) == (401, True)


async def test_viewer_reads_and_does_not_write(client, make_token):
    headers = {"Authorization": f"Bearer {make_token(role='viewer')}"}
    assert (await client.get(PATH, headers=headers)).status_code == 200
    answer = await client.post(PATH, json={}, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/forbidden"


# The package's own filter stands behind pytest's, which makes an error of every warning.
@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
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


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def by_url(httpserver, clock):
    """Serves these keys from now on, or nothing; the source reads them with the test's own clock."""

    def serve(*keys, status=200):
        httpserver.clear_all_handlers()
        handler = httpserver.expect_request("/jwks")
        handler.respond_with_json({"keys": [key.as_dict(private=False) for key in keys]}, status=status)

    return UrlKeys(httpserver.url_for("/jwks"), clock), serve


def new_key(kid):
    return ECKey.generate_key("P-256", {"kid": kid})


async def kids(source, asked):
    return {key.kid for key in (await source.keys(asked)).keys}


async def test_key_set_from_a_url_is_read_again_for_an_unknown_key_but_not_at_will(by_url, clock, httpserver):
    source, serve = by_url
    serve(new_key("old"))
    assert await kids(source, "old") == {"old"}
    serve(new_key("old"), new_key("new"))
    for _ in range(3):
        assert await kids(source, "new") == {"old"}
    clock.now += REFRESH_AT_MOST_EVERY
    assert await kids(source, "new") == {"old", "new"}
    assert len(httpserver.log) == 2


async def test_key_removed_at_the_url_is_good_for_ten_minutes_at_most(by_url, clock):
    source, serve = by_url
    serve(new_key("old"), new_key("kept"))
    assert await kids(source, "old") == {"old", "kept"}
    serve(new_key("kept"))
    clock.now += GOOD_FOR + 1
    assert await kids(source, "old") == {"kept"}


async def test_keys_read_earlier_stay_good_while_the_url_is_away(by_url, clock):
    source, serve = by_url
    serve(new_key("old"))
    assert await kids(source, "old") == {"old"}
    serve(status=500)
    for _ in range(3):
        clock.now += GOOD_FOR + 1
        assert await kids(source, "old") == {"old"}
    serve(new_key("new"))
    clock.now += REFRESH_AT_MOST_EVERY
    assert await kids(source, "new") == {"new"}


async def test_key_removed_from_the_file_is_refused_at_once(client, make_token, jwks_file, signing_key):
    gone = new_key("gone")
    before = jwks_file.read_text()
    public = [key.as_dict(private=False) for key in (signing_key, gone)]
    jwks_file.write_text(json.dumps({"keys": public}))
    token = make_token(key=gone, header={"kid": "gone"}, sub="first")
    assert (await status(client, token)).status_code == 200
    jwks_file.write_text(before)
    token = make_token(key=gone, header={"kid": "gone"}, sub="second")
    assert (await status(client, token)).status_code == 401


@pytest.mark.parametrize("kid", ["gone", None])
async def test_file_is_looked_at_for_every_token_whether_it_names_its_key_or_not(tmp_path, kid):
    path = tmp_path / "jwks.json"
    source = FileKeys(path)
    for keys in (["gone", "kept"], ["kept"], ["kept", "new"]):
        path.write_text(json.dumps({"keys": [new_key(one).as_dict(private=False) for one in keys]}))
        assert await kids(source, kid) == set(keys)


def test_token_signed_under_the_old_name_of_ed25519_is_no_cause_for_a_warning(make_token):
    code = """
import sys
from joserfc.jwk import KeySet, OKPKey
from gateway import auth
auth._verified(sys.argv[1], KeySet.import_key_set({"keys": [eval(sys.argv[2])]}))
"""
    key = OKPKey.generate_key("Ed25519", {"kid": "k"})
    token = make_token(key=key, alg="EdDSA", header={"kid": "k"})
    argv = [sys.executable, "-c", code, token, repr(key.as_dict(private=False))]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""


def test_tokens_checked_at_once_leave_the_processs_warnings_as_they_were(make_token, signing_key):
    class Harmless(UserWarning):
        pass

    warnings.simplefilter("ignore", Harmless)
    both_at_work, first_done = threading.Barrier(2, timeout=10), threading.Event()
    # Made beforehand: signing scopes a filter of its own, which is not safe between threads.
    token = make_token()

    def check(*, is_first):
        def key_of(_token):
            both_at_work.wait()
            assert is_first or first_done.wait(10)
            return signing_key

        auth._verified(token, cast("KeySet", key_of))
        first_done.set()

    before = list(warnings.filters)
    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(check, is_first=each) for each in (True, False)]:
            done.result()
    assert list(warnings.filters) == before


async def test_key_set_that_cannot_be_read_is_said_so(httpserver, tmp_path):
    httpserver.expect_request("/jwks").respond_with_data("<html>", status=500)
    with pytest.raises(KeysUnavailable):
        await UrlKeys(httpserver.url_for("/jwks")).keys("test")
    with pytest.raises(KeysUnavailable):
        await FileKeys(tmp_path / "missing.json").keys("test")
