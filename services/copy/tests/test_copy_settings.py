"""What an operator sets: mistakes are told at start, by the variable's name, and the rate counts in every price."""

import pytest

from chassis.errors import SettingsError
from chassis.settings import load
from chassis.testing import running
from copy_service.app import Settings, copywriter, create_app
from copy_service.offline import PHRASEBOOK
from copy_service.topology import TOPOLOGY
from saisei_local.provision.broker import declare

from .scripted_copywriter import ScriptedCopywriter

ENVIRONMENT = {"SAISEI_DATABASE_URL": "postgresql://", "SAISEI_AMQP_URL": "amqp://", "SAISEI_BLOB_URL": "memory://"}
KEY = {"ANTHROPIC_API_KEY": "a-key"}


def _settings(**given: str) -> Settings:
    return load(Settings, "copy", ENVIRONMENT | given)


@pytest.mark.parametrize(
    "environment",
    [
        {"SAISEI_COPY_MODEL": "claude-typo", **KEY},
        {"SAISEI_COPY_MODEL": "claude-haiku-4-5", **KEY},
        {"SAISEI_COPY_MODEL": "claude-sonnet-5-5"},
    ],
    ids=["unknown", "takes no effort", "offline"],
)
def test_model_that_cannot_be_asked_is_told_at_start_by_its_variable(environment: dict[str, str]):
    with pytest.raises(SettingsError, match=r"SAISEI_COPY_MODEL: 'claude-.*known: "):
        create_app(_settings(**environment))


async def test_known_model_is_taken_online_and_offline():
    online = copywriter(_settings(SAISEI_COPY_MODEL="claude-opus-5-5", **KEY))
    assert online.model == "claude-opus-5-5"
    assert copywriter(_settings(SAISEI_COPY_MODEL=PHRASEBOOK)).offline
    await online.aclose()


async def test_prices_follow_the_rate_that_is_set():
    dear, cheap = (copywriter(_settings(SAISEI_YEN_PER_DOLLAR=rate, **KEY)) for rate in ("200", "100"))
    assert (cheap.estimate_yen(), dear.estimate_yen()) == (4, 7)
    for each in (dear, cheap):
        await each.aclose()


@pytest.mark.parametrize("rate", ["0", "-1", "much"])
def test_rate_that_is_none_is_told_by_its_variable(rate: str):
    with pytest.raises(SettingsError, match="SAISEI_YEN_PER_DOLLAR"):
        _settings(SAISEI_YEN_PER_DOLLAR=rate)


async def test_service_that_stops_closes_its_copywriter(monkeypatch, copy_database_url, module_amqp_url):
    scripted = ScriptedCopywriter()
    monkeypatch.setattr("copy_service.app.copywriter", lambda _settings: scripted)
    await declare(module_amqp_url, [TOPOLOGY])
    where = {"SAISEI_DATABASE_URL": copy_database_url, "SAISEI_AMQP_URL": module_amqp_url}
    async with running(create_app(_settings(**where))):
        assert not scripted.closed
    assert scripted.closed
