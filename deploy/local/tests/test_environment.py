"""What each service process is told."""

import pytest

from saisei_local.environment import service_environment
from saisei_local.services import SERVICES
from saisei_local.settings import LocalSettings

DATABASE = "postgresql://saisei_admin:top@127.0.0.1:5432/saisei"
AMQP = "amqp://saisei_admin:top@127.0.0.1:5672/"


@pytest.fixture
def build(state):
    def make(names, **environ: str) -> dict[str, str]:
        environ["SAISEI_STATE_DIR"] = str(state.root)
        settings = LocalSettings.load(environ)
        amqp = settings.amqp_url or AMQP
        return service_environment(names, settings, state, state.secrets(SERVICES), DATABASE, amqp, environ)

    return make


def test_service_gets_its_own_logins_and_nobody_elses(build, state):
    passwords = state.secrets(SERVICES)
    environment = build(["image"])
    assert environment["SAISEI_IMAGE_DATABASE_URL"] == (
        f"postgresql://saisei_image:{passwords.database['image']}@127.0.0.1:5432/saisei"
    )
    foreign = [passwords.database["admin"], passwords.database["copy"], passwords.database["image_owner"], "top"]
    assert not [value for value in environment.values() for secret in foreign if secret in value]
    assert "SAISEI_COPY_DATABASE_URL" not in environment


def test_administrators_urls_of_the_user_do_not_reach_a_service(build):
    environment = build(["image"], SAISEI_DATABASE_URL="postgresql://root:top@db.example/saisei")
    assert "SAISEI_DATABASE_URL" not in environment


def test_variable_that_the_user_set_for_a_service_wins_and_stays_with_it(build):
    own = {"SAISEI_IMAGE_AMQP_URL": "amqp://me:mine@broker.example/"}
    assert build(["image"], **own)["SAISEI_IMAGE_AMQP_URL"] == own["SAISEI_IMAGE_AMQP_URL"]
    assert "SAISEI_IMAGE_AMQP_URL" not in build(["copy"], **own)


def test_broker_of_someone_else_is_used_with_the_login_it_was_given_with(build):
    given = "amqp://guest:guest@broker.example:5672/"
    assert build(["image"], SAISEI_AMQP_URL=given)["SAISEI_IMAGE_AMQP_URL"] == given


def test_local_key_is_not_forced_on_someone_who_names_a_key_set(build):
    environment = build(["gateway"], SAISEI_JWKS_URL="https://id.example/jwks", SAISEI_JWT_ISSUER="https://id.example")
    assert "SAISEI_JWKS_FILE" not in environment
    assert environment["SAISEI_JWT_ISSUER"] == "https://id.example"
