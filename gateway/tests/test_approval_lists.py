"""What waits for whom, and teams' own rules."""

from uuid import uuid4

from contracts.approval import ApprovalRulesChanged, SetApprovalRules
from contracts.envelope import Reply

from .workflow import Workflow


async def test_list_counts_what_waits_and_tells_admins_what_waits_for_them(
    client, make_token, settled, make_envelope, make_story
):
    team = f"team-{uuid4()}"
    stories = [make_story() for _ in range(4)]
    # Submitted by yamada; reviewed by sato, or by kato, or not yet; the last one is approved.
    reviewers = [None, "sato", "kato", "kato"]
    flows = [Workflow(story, settled, lambda event: make_envelope(event, team=team), client) for story in stories]
    for flow, story, reviewer in zip(flows, stories, reviewers, strict=True):
        flow.manifest = "a" * 64
        await settled(make_envelope(story.created, team=team))
        await flow.moved("submitted", "pending_review", "yamada")
        if reviewer:
            await flow.moved("reviewed", "pending_approval", reviewer)
    await flows[-1].moved("approved", "approved", "sato")

    async def listed(sub: str, role: str, **params):
        headers = {"Authorization": f"Bearer {make_token(sub=sub, role=role, team=team)}"}
        answer = (await client.get("/api/approvals", headers=headers, params=params)).json()
        return answer["count"], [one["campaignId"] for one in answer["items"]]

    ids = [story.id for story in stories]
    assert await listed("sato", "admin") == (4, ids[::-1])
    assert await listed("sato", "admin", state="pending") == (3, [ids[2], ids[1], ids[0]])
    assert await listed("sato", "admin", state="pending", mine=True) == (2, [ids[2], ids[0]])
    assert await listed("yamada", "admin", state="pending", mine=True) == (1, [ids[0]])
    assert await listed("yamada", "editor", state="pending", mine=True) == (3, [ids[2], ids[1], ids[0]])
    assert await listed("suzuki", "editor", state="pending", mine=True) == (0, [])
    await flows[2].moved("voided", "draft", "suzuki")
    assert await listed("yamada", "editor", state="draft", mine=True) == (1, [ids[2]])
    assert await listed("yamada", "editor", mine=True) == (4, [ids[2], ids[3], ids[1], ids[0]])
    count, page = await listed("sato", "admin", limit=3)
    assert (count, page) == (4, [ids[2], ids[3], ids[1]])
    other = {"Authorization": f"Bearer {make_token(team=f'team-{uuid4()}')}"}
    assert (await client.get("/api/approvals", headers=other)).json() == {"items": [], "count": 0, "nextCursor": None}


async def test_team_rules_are_unset_until_an_admin_sets_them(client, services, make_token, settled, make_envelope):
    team = f"team-{uuid4()}"
    admin = {"Authorization": f"Bearer {make_token(role='admin', team=team)}"}
    told = await client.get("/api/admin/approval-rules", headers=admin)
    assert told.json() == {"selfApproval": False, "oneAdminBothSteps": False, "revision": 0}

    async def answer(command, world):
        event = ApprovalRulesChanged(revision=1, self_approval=True, one_admin_both_steps=False)
        envelope = make_envelope(event, team=team, cause=command.id, cascade=command.correlationid)
        await world.publish(envelope)
        return Reply(status=200, body={}, emitted=(envelope.id,))

    services.on(SetApprovalRules, answer)
    body = {"selfApproval": True, "oneAdminBothSteps": False}
    answer_ = await client.put("/api/admin/approval-rules", headers=admin, json=body)
    assert answer_.json() == {**body, "revision": 1}
    assert (await client.put("/api/admin/approval-rules", json=body)).status_code == 403
