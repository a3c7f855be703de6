"""The state directory, settings and tokens: pure files, no servers."""

import json
import os
import stat
import subprocess
import sys

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from saisei_local.settings import AUDIENCE, ISSUER, LocalSettings, SettingsError
from saisei_local.state import StateDir, StateError
from saisei_local.token import parse_ttl


def _saisei(environment, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "saisei_local", *arguments], env=environment, capture_output=True, text=True, check=False
    )


def test_secrets_are_stable_private_and_completed_for_later_services(state):
    first = state.secrets(["image"])
    later = state.secrets(["image", "copy"])
    assert later.database["image"] == first.database["image"]
    assert later.signing_key == first.signing_key
    assert {"copy", "copy_owner"} <= set(later.database)
    assert stat.S_IMODE((state.root / "secrets.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(state.root.stat().st_mode) == 0o700


def test_published_key_set_holds_no_private_key(state):
    state.secrets([])
    assert all("d" not in key for key in json.loads(state.jwks.read_text())["keys"])


def test_second_instance_is_told_which_process_has_the_directory(state):
    with state.lock():
        with pytest.raises(StateError, match=rf"process {os.getpid()}\b"), StateDir(state.root).lock():
            pass
        assert StateDir(state.root).is_locked()
    assert not state.is_locked()


def test_token_of_the_command_verifies_against_the_key_set(clean_environment, state):
    result = _saisei(clean_environment, "token", "--team", "t1", "--user", "u1", "--role", "editor", "--ttl", "30m")
    keys = KeySet.import_key_set(json.loads(state.jwks.read_text()))
    token = jwt.decode(result.stdout.strip(), keys, algorithms=["ES256"])
    rules = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": ISSUER}, aud={"essential": True, "value": AUDIENCE}, exp={"essential": True}
    )
    rules.validate(token.claims)
    assert {name: token.claims[name] for name in ("sub", "team", "role")} == {
        "sub": "u1",
        "team": "t1",
        "role": "editor",
    }
    assert token.claims["exp"] - token.claims["iat"] == 1800


@pytest.mark.parametrize("text", ["", "0m", "1", "h", "1w", "-1h"])
def test_malformed_ttl_is_refused(text):
    with pytest.raises(ValueError, match="30m, 1h or 7d"):
        parse_ttl(text)


def test_unknown_role_is_refused(clean_environment):
    result = _saisei(clean_environment, "token", "--team", "t", "--user", "u", "--role", "owner")
    assert result.returncode == 1
    assert "viewer, editor, admin" in result.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SAISEI_PORT", "http"),
        ("SAISEI_PORT", "70000"),
        ("SAISEI_DATABASE_URL", "mysql://localhost/x"),
        ("SAISEI_AMQP_URL", "localhost:5672"),
        ("SAISEI_AMQP_URL", "amqp://host:port/"),
    ],
)
def test_malformed_variable_is_named(name, value):
    with pytest.raises(SettingsError, match=name):
        LocalSettings.load({name: value})


def test_unknown_variable_is_named_with_what_was_meant(clean_environment):
    result = _saisei(clean_environment | {"SAISEI_PROT": "8081"}, "doctor")
    assert result.returncode == 1
    assert "SAISEI_PROT is not a setting of Saisei; did you mean SAISEI_PORT?" in result.stderr
    assert "Traceback" not in result.stderr


def test_setting_of_a_service_is_known():
    LocalSettings.load({"SAISEI_IMAGE_POOL_SIZE": "3", "SAISEI_LOG_LEVEL": "DEBUG"})


def test_password_of_a_malformed_url_is_not_repeated():
    with pytest.raises(SettingsError) as caught:
        LocalSettings.load({"SAISEI_DATABASE_URL": "mysql://user:hunter2@localhost/x"})
    assert "hunter2" not in str(caught.value)
