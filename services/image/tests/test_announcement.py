"""What the image service tells of whoever makes its assets."""

from pydantic import SecretStr

from chassis.testing import Broker, received, running
from chassis.topology import EVENTS
from contracts.envelope import EVERY_TEAM
from contracts.jobs import GeneratorAnnounced
from image_service.app import Settings, announcement, create_app, generator
from image_service.domain import SIDE
from image_service.topology import TOPOLOGY
from saisei_local.provision.broker import declare


async def test_every_start_tells_every_team_who_makes_the_pictures(image_database_url, module_amqp_url, tmp_path):
    await declare(module_amqp_url, [TOPOLOGY])
    settings = Settings(
        service="image",
        database_url=image_database_url,
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
                "image",
                "/saisei/image",
                "image",
            )
            event = GeneratorAnnounced.model_validate(told.data)
            assert (event.kind, event.provider, event.offline, event.yen_per_call) == ("image", "offline", True, 0)


def test_with_a_token_the_announcement_is_of_replicate_and_has_the_price_of_the_chosen_model():
    settings = Settings(
        service="image",
        database_url="postgresql://",
        amqp_url="amqp://",
        blob_url="memory://",
        replicate_api_token=SecretStr("a-token"),
    )
    images = generator(settings)
    model = list(images.models)[-1]
    told = announcement(images, model)
    assert (told.provider, told.model, told.offline) == ("replicate", model, False)
    assert told.yen_per_call == images.cost_yen(model, SIDE, SIDE) > 0
