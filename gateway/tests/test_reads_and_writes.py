"""Commands out, events in, and reads that show what was written."""

from uuid import UUID, uuid4

import pytest

from contracts.campaign import (
    BriefState,
    CampaignDeleted,
    CampaignUpdated,
    CreateBrand,
    CreateCampaign,
    DeleteCampaign,
    UpdateCampaign,
)
from contracts.envelope import Reply

BRAND = {"name": "森の珈琲", "colours": {"primary": "#0B6E4F", "accent": "#f2a541"}}


@pytest.fixture
def creates_campaign(services, story, make_envelope):
    """A campaign service that creates the story's campaign."""

    async def answer(command, services):
        created = make_envelope(story.created, cause=command.id, cascade=command.correlationid, subject=story.id)
        await services.publish(created)
        return Reply(status=202, body={"campaignId": story.id}, emitted=(created.id,))

    services.on(CreateCampaign, answer)


@pytest.fixture
def body(story):
    brief = {"objective": "awareness", "product": "珈琲", "targetAudience": "30代", "platforms": ["instagram"]}
    return {"name": "夏のアイスコーヒー", "brandId": story.brand.id, "brief": brief}


async def test_created_campaign_is_there_when_the_answer_comes(client, services, creates_campaign, body, story):
    answer = await client.post("/api/campaigns", json=body)
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/campaigns/{story.id}"
    found = (await client.get(answer.headers["Location"])).json()
    assert found == answer.json()
    assert found["status"] == "pending"
    assert {asset["status"] for asset in found["assets"]} == {"pending"}
    assert [asset["kind"] for asset in found["assets"]] == [
        "copy_variant",
        "image",
        "composited_image",
        "platform_image",
    ]


async def test_snake_case_is_accepted_on_input(client, creates_campaign, body, services):
    body["brand_id"] = body.pop("brandId")
    body["brief"]["target_audience"] = body["brief"].pop("targetAudience")
    assert (await client.post("/api/campaigns", json=body)).status_code == 202
    assert services.received[0].data["brief"]["targetAudience"] == "30代"


async def test_same_key_sends_one_command_id_and_gets_the_same_answer(client, services, creates_campaign, body):
    headers = {"Idempotency-Key": str(uuid4())}
    first = await client.post("/api/campaigns", json=body, headers=headers)
    again = await client.post("/api/campaigns", json=body, headers=headers)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert len({envelope.id for envelope in services.received}) == 1
    assert len({envelope.correlationid for envelope in services.received}) == 1


async def test_same_key_with_another_body_is_refused(client, creates_campaign, body):
    headers = {"Idempotency-Key": str(uuid4())}
    await client.post("/api/campaigns", json=body, headers=headers)
    answer = await client.post("/api/campaigns", json=body | {"name": "秋"}, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/idempotency-key-reused"


async def test_key_older_than_the_services_memory_is_refused(client, gateway, services, creates_campaign, body):
    headers = {"Idempotency-Key": str(uuid4())}
    await client.post("/api/campaigns", json=body, headers=headers)
    await gateway.database.pool.execute("UPDATE requests SET at = now() - interval '29 days 1 hour'")
    answer = await client.post("/api/campaigns", json=body, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/idempotency-key-expired"
    assert len(services.received) == 1


async def test_same_key_of_another_team_is_another_request(client, services, creates_campaign, body, make_token):
    headers = {"Idempotency-Key": "one"}
    await client.post("/api/campaigns", json=body, headers=headers)
    theirs = headers | {"Authorization": f"Bearer {make_token(team='team-b')}"}
    await client.post("/api/campaigns", json=body, headers=theirs)
    assert len({envelope.id for envelope in services.received}) == 2


async def test_without_an_answer_it_is_503_and_says_that_repeating_is_safe(client, body):
    answer = await client.post("/api/campaigns", json=body)
    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/no-answer"
    assert "Idempotency-Key" in answer.json()["detail"]
    assert int(answer.headers["Retry-After"]) > 0


@pytest.fixture
def fall_behind(gateway, monkeypatch):
    """Stops the projection for longer than anybody waits."""

    async def stop():
        impatient = gateway.settings.model_copy(update={"read_your_writes_seconds": 0.2})
        monkeypatch.setattr(gateway, "settings", impatient)
        await gateway.consumer.stop()

    return stop


def assert_not_yet_visible(answer):
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/not-yet-visible")
    assert "Idempotency-Key" in answer.json()["detail"]
    assert int(answer.headers["Retry-After"]) > 0


async def test_brand_that_cannot_be_shown_yet_is_503_and_not_missing(
    client, services, fall_behind, story, make_envelope
):
    async def answer(command, services):
        made = make_envelope(story.brand_created, cause=command.id, cascade=command.correlationid)
        await services.publish(made)
        return Reply(status=201, body={"brandId": story.brand.id}, emitted=(made.id,))

    services.on(CreateBrand, answer)
    await fall_behind()
    assert_not_yet_visible(await client.post("/api/brands", json=BRAND))


async def test_change_that_cannot_be_shown_yet_is_503_and_not_the_old_state(
    client, services, fall_behind, settled, story, make_envelope
):
    await settled(make_envelope(story.created))
    await fall_behind()

    async def answer(command, services):
        brief = BriefState(version=2, sha256="d" * 64, brief=story.brief.brief)
        changed = CampaignUpdated(campaign_id=story.id, revision=2, name="秋", brand_id=story.brand.id, brief=brief)
        told = make_envelope(changed, cause=command.id, cascade=command.correlationid)
        await services.publish(told)
        return Reply(status=200, body={}, emitted=(told.id,))

    services.on(UpdateCampaign, answer)
    assert_not_yet_visible(await client.patch(f"/api/campaigns/{story.id}", json={"name": "秋"}))


async def test_campaign_that_cannot_be_shown_yet_is_503(client, fall_behind, creates_campaign, body):
    await fall_behind()
    assert_not_yet_visible(await client.post("/api/campaigns", json=body))


async def test_a_services_refusal_becomes_a_problem(client, services, refuse):
    async def answer(_command, _services):
        return refuse("brand-exists", 409, "その名前のブランドは既にあります", brandId="b1")

    services.on(CreateBrand, answer)
    told = await client.post("/api/brands", json=BRAND)
    assert told.status_code == 409
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json()["type"] == "/problems/brand-exists"
    assert told.json()["brandId"] == "b1"
    assert told.json()["instance"] == told.headers["X-Request-Id"]


async def test_deleted_campaign_is_gone(client, services, settled, story, make_envelope):
    await settled(make_envelope(story.created))

    async def answer(command, services):
        gone = make_envelope(CampaignDeleted(campaign_id=story.id), cause=command.id, cascade=command.correlationid)
        await services.publish(gone)
        return Reply(status=200, body={"campaignId": story.id}, emitted=(gone.id,))

    services.on(DeleteCampaign, answer)
    assert (await client.delete(f"/api/campaigns/{story.id}")).status_code == 204
    assert (await client.get(f"/api/campaigns/{story.id}")).status_code == 404
    assert story.id not in {one["id"] for one in (await client.get("/api/campaigns")).json()["items"]}


async def test_another_teams_campaign_is_not_found(client, settled, story, make_envelope, make_token):
    await settled(make_envelope(story.created))
    theirs = {"Authorization": f"Bearer {make_token(team='team-b')}"}
    for path in ("", "/dirty", "/cascades", "/history", "/events"):
        assert (await client.get(f"/api/campaigns/{story.id}{path}", headers=theirs)).status_code == 404
    assert (await client.get(f"/api/assets/{story.image}/versions", headers=theirs)).status_code == 404
    assert (await client.get(f"/api/brands/{story.brand.id}", headers=theirs)).status_code == 404
    assert (await client.get(f"/api/brands/{story.brand.id}")).status_code == 200


async def test_lists_page_by_keyset_without_loss_or_repeat(client, settled, make_story, make_envelope, make_token):
    stories = [make_story() for _ in range(5)]
    await settled(*(make_envelope(story.created, team="team-paging") for story in stories))
    headers = {"Authorization": f"Bearer {make_token(team='team-paging')}"}
    seen, cursor = [], None
    for _ in range(5):
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/api/campaigns", params=params, headers=headers)).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(story.id for story in stories)
    assert len(seen) == 5


async def test_unknown_event_types_are_kept_and_do_no_harm(client, services, settled, story, make_envelope):
    odd = make_envelope(story.created).model_copy(
        update={"id": uuid4(), "type": "weather.changed", "data": {"campaignId": story.id}}
    )
    await settled(make_envelope(story.created), odd)
    assert (await client.get(f"/api/campaigns/{story.id}")).json()["streamPosition"] == 2


async def test_command_carries_team_actor_and_trace(client, services, creates_campaign, body):
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    headers = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    await client.post("/api/campaigns", json=body, headers=headers)
    (command,) = services.received
    assert (command.teamid, command.actor) == ("team-a", "yamada")
    assert command.traceparent is not None
    assert command.traceparent.split("-")[1] == trace
    assert isinstance(command.correlationid, UUID)
