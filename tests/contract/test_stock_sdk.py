"""A stock CloudEvents SDK reads what a service leaves in its outbox."""

import json
from uuid import UUID

from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from cloudevents.core.bindings.rabbitmq import RabbitMQMessage, from_rabbitmq_event
from cloudevents.v1.http import from_json

from chassis.topology import EVENTS
from contracts.assets import AssetPinned
from contracts.envelope import CONTENT_TYPE, Reply
from contracts.image import EditImagePrompt

PINNED = AssetPinned(campaign_id="c-1", asset_id="a-1", kind="image", pinned=True, revision=3)
DATA = {"campaignId": "c-1", "assetId": "a-1", "kind": "image", "pinned": True, "revision": 3}


def emit_pinned(tx):
    tx.emit(PINNED, subject="asset/a-1")


async def test_event_from_the_outbox_has_every_attribute_for_the_sdk(through_outbox):
    body = await through_outbox(emit_pinned)
    event = from_http_event(HTTPMessage({"content-type": CONTENT_TYPE}, body))
    assert event.get_specversion() == "1.0"
    assert UUID(event.get_id())
    assert event.get_source() == "/saisei/image"
    assert event.get_type() == "asset.pinned"
    assert event.get_subject() == "asset/a-1"
    assert event.get_datacontenttype() == "application/json"
    assert event.get_dataschema() == "saisei:asset.pinned"
    assert (event.get_extension("teamid"), event.get_extension("actor")) == ("team-1", "tanaka")
    assert UUID(event.get_extension("correlationid"))
    assert UUID(event.get_extension("causationid"))
    assert event.get_data() == DATA


async def test_event_is_read_through_the_rabbitmq_binding(through_outbox):
    body = await through_outbox(emit_pinned)
    event = from_rabbitmq_event(RabbitMQMessage(content_type=CONTENT_TYPE, headers={}, body=body))
    assert (event.get_type(), event.get_data()) == ("asset.pinned", DATA)
    time = event.get_time()
    assert time is not None
    assert time.tzinfo is not None


async def test_event_is_read_by_the_first_generation_of_the_sdk(through_outbox):
    event = from_json(await through_outbox(emit_pinned))
    assert (event["type"], event["teamid"], event.get_data()) == ("asset.pinned", "team-1", DATA)


async def test_commands_and_replies_are_cloud_events_too(through_outbox):
    acts = {
        "image.edit_prompt": lambda tx: tx.send(EditImagePrompt(asset_id="a-1", prompt="海辺の朝")),
        "command.replied": lambda tx: tx.reply(Reply(status=200, body={"id": "a-1"}), "gateway.replies.1"),
    }
    for name, act in acts.items():
        body = await through_outbox(act)
        event = from_http_event(HTTPMessage({"content-type": CONTENT_TYPE}, body))
        assert event.get_type() == name
        assert event.get_data() == json.loads(body)["data"]


async def test_japanese_text_and_explicit_nulls_arrive_as_they_were(through_outbox):
    body = await through_outbox(lambda tx: tx.send(EditImagePrompt(asset_id="画像", prompt=None)))
    event = from_http_event(HTTPMessage({"content-type": CONTENT_TYPE}, body))
    assert event.get_data() == {"assetId": "画像", "prompt": None}


async def test_routing_key_of_an_event_is_its_type(through_outbox):
    seen = []

    def act(tx):
        emit_pinned(tx)
        seen.extend(tx.outgoing)

    await through_outbox(act)
    assert [(message.exchange, message.routing_key) for message in seen] == [(EVENTS, "asset.pinned")]
