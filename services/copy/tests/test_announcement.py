"""What the copy service tells of whoever makes its assets."""

from pydantic import SecretStr

from chassis.testing import Broker, received, running
from chassis.topology import EVENTS
from contracts.envelope import EVERY_TEAM
from contracts.jobs import GeneratorAnnounced
from copy_service.app import Settings, announcement, copywriter, create_app
from copy_service.topology import TOPOLOGY
from saisei_local.provision.broker import declare


async def test_every_start_tells_every_team_who_writes(copy_database_url, module_amqp_url, tmp_path):
    await declare(module_amqp_url, [TOPOLOGY])
    settings = Settings(
        service="copy",
        database_url=copy_database_url,
        amqp_url=module_amqp_url,
        blob_url=tmp_path.as_uri(),
    )
    async with Broker.at(module_amqp_url) as broker:
        watch = await broker.watch(EVENTS, GeneratorAnnounced.type)
        for _ in range(2):
            async with running(create_app(settings)):
                [told] = await received(watch)
            assert (told.teamid, told.actor, told.source, told.subject) == (
                EVERY_TEAM,
                "copy",
                "/saisei/copy",
                "copy_variant",
            )
            event = GeneratorAnnounced.model_validate(told.data)
            assert (event.kind, event.provider, event.offline, event.yen_per_call) == (
                "copy_variant",
                "offline",
                True,
                0,
            )


def test_with_a_key_the_announcement_is_of_claude_and_has_a_price():
    settings = Settings(
        service="copy",
        database_url="postgresql://",
        amqp_url="amqp://",
        blob_url="memory://",
        anthropic_api_key=SecretStr("a-key"),
    )
    told = announcement(writer := copywriter(settings))
    assert (told.provider, told.model, told.offline) == ("anthropic", writer.model, False)
    assert told.yen_per_call == writer.estimate_yen() > 0
