"""What an operator sets: mistakes are told at start, by the variable's name, and the rate counts in every price."""

import pytest

from chassis.errors import SettingsError
from chassis.settings import load
from chassis.testing import running
from image_service.app import Settings, create_app, generator
from image_service.domain import SIDE
from image_service.topology import TOPOLOGY
from saisei_local.provision.broker import declare

from .scripted_generator import ScriptedGenerator

ENVIRONMENT = {"SAISEI_DATABASE_URL": "postgresql://", "SAISEI_AMQP_URL": "amqp://", "SAISEI_BLOB_URL": "memory://"}
TOKEN = {"REPLICATE_API_TOKEN": "a-token"}


def _settings(**given: str) -> Settings:
    return load(Settings, "image", ENVIRONMENT | given)


@pytest.mark.parametrize("token", [TOKEN, {}], ids=["online", "offline"])
def test_model_that_cannot_be_asked_is_told_at_start_by_its_variable(token: dict[str, str]):
    with pytest.raises(SettingsError, match=r"SAISEI_IMAGE_MODEL: 'flux-typo'.*known: "):
        create_app(_settings(SAISEI_IMAGE_MODEL="flux-typo", **token))


@pytest.mark.parametrize(
    "url",
    [
        "http://saisei.example.com/api/webhooks/replicate",
        "https://saisei.example.com",
        "https://saisei.example.com/api/webhooks",
        "https:///api/webhooks/replicate",
        "https://[/api/webhooks/replicate",
        "https://saisei.example.com:port/api/webhooks/replicate",
        "ftp://127.0.0.1/api/webhooks/replicate",
        "saisei.example.com/api/webhooks/replicate",
    ],
)
def test_webhook_address_that_replicate_could_not_use_is_told_at_start_by_its_variable(url: str):
    with pytest.raises(SettingsError, match=r"SAISEI_IMAGE_WEBHOOK_URL.*https://.*/api/webhooks/replicate"):
        _settings(SAISEI_IMAGE_WEBHOOK_URL=url)


@pytest.mark.parametrize(
    "base", ["https://saisei.example.com", "https://example.com:8443/saisei", "http://127.0.0.1:8080"]
)
async def test_replicate_is_given_the_webhook_address_that_is_set(base: str):
    images = generator(_settings(SAISEI_IMAGE_WEBHOOK_URL=f"{base}/api/webhooks/replicate", **TOKEN))
    assert images.tells_ends
    await images.aclose()


async def test_prices_follow_the_rate_that_is_set():
    dear, cheap = (generator(_settings(SAISEI_YEN_PER_DOLLAR=rate, **TOKEN)) for rate in ("200", "100"))
    model = next(iter(dear.models))
    assert dear.cost_yen(model, SIDE, SIDE) == 2 * cheap.cost_yen(model, SIDE, SIDE)
    for each in (dear, cheap):
        await each.aclose()


async def test_service_that_stops_closes_its_generator(monkeypatch, image_database_url, module_amqp_url):
    scripted = ScriptedGenerator()
    monkeypatch.setattr("image_service.app.generator", lambda _settings: scripted)
    await declare(module_amqp_url, [TOPOLOGY])
    where = {"SAISEI_DATABASE_URL": image_database_url, "SAISEI_AMQP_URL": module_amqp_url}
    async with running(create_app(_settings(**where))):
        assert not scripted.closed
    assert scripted.closed
