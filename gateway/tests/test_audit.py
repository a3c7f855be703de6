"""The audit log over HTTP: a file that is whole or cut, and a verdict."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from contracts.audit import AuditEntry, AuditFault, AuditPage, AuditStretch, ReadAudit, VerifyAudit
from contracts.envelope import AuditRecorded, Origin, Reply
from gateway.audit_export import BYTE_ORDER_MARK, COLUMNS, comma_separated
from gateway.routes.audit import PAGE

URL = "/api/admin/audit"


@pytest.fixture
def admin(make_token):
    return {"Authorization": f"Bearer {make_token(role='admin', sub='sato')}"}


def entry(seq: int, **fields) -> AuditEntry:
    given = {
        "seq": seq,
        "at": datetime(2026, 4, 1, tzinfo=UTC),
        "actor": "佐藤",
        "role": "admin",
        "action": "assets.pin",
    }
    given |= {"target_kind": "image", "target_id": "i-1", "cascade_id": "c", "event_id": "e", "prev_hash": ""}
    return AuditEntry.model_validate(given | {"hash": f"{seq:064x}", "after": {"pinned": True}} | fields)


@pytest.fixture
def log(services):
    """A jobs service with so many entries."""

    def holds(entries):
        async def read(command, _services):
            asked = ReadAudit.model_validate(command.data)
            rest = [one for one in entries if one.seq > asked.after_seq][: asked.limit]
            following = rest[-1].seq if len(rest) == asked.limit else None
            page = AuditPage(items=tuple(rest), next_after=following)
            return Reply(status=200, body=page.model_dump(mode="json", by_alias=True))

        services.on(ReadAudit, read)

    return holds


async def test_every_entry_is_a_line_however_many_there_are(client, admin, log):
    log([entry(seq) for seq in range(1, 2 * PAGE + 2)])
    answer = await client.get(URL, headers=admin)
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert [line["seq"] for line in lines] == list(range(1, 2 * PAGE + 2))
    assert (lines[0]["actor"], lines[0]["after"]) == ("佐藤", {"pinned": True})


async def test_csv_opens_in_a_spreadsheet_and_runs_nothing(client, admin, log):
    hostile = '=HYPERLINK("http://evil.example","x")'
    log([entry(1, actor=hostile, target_id="+1", user_agent="-2", action="@sum", after={"a": 'x,"y"\n'})])
    answer = await client.get(URL, params={"format": "csv"}, headers=admin)
    assert answer.text.startswith(BYTE_ORDER_MARK)
    [header, row] = csv.reader(io.StringIO(answer.text.removeprefix(BYTE_ORDER_MARK)))
    told = dict(zip(header, row, strict=True))
    assert header == list(COLUMNS)
    assert (told["actor"], told["targetId"], told["userAgent"], told["action"]) == (
        f"'{hostile}",
        "'+1",
        "'-2",
        "'@sum",
    )
    assert (told["seq"], json.loads(told["after"]), told["before"]) == ("1", {"a": 'x,"y"\n'}, "")


@pytest.mark.parametrize("start", list("=+-@\t\r\n＝＋－＠"))
def test_no_cell_begins_as_a_formula(start):
    [row] = csv.reader(io.StringIO(comma_separated([{"actor": f"{start}1+1"}], first=False), newline=""))
    assert row[COLUMNS.index("actor")] == f"'{start}1+1"


async def test_filters_reach_the_service(client, services, admin, log):
    log([])
    params = {"action": "assets.pin", "actor": "佐藤", "targetId": "i-1", "since": "2026-04-01T00:00:00Z", "after": 7}
    answer = await client.get(URL, params=params, headers=admin)
    assert (answer.status_code, answer.text) == (200, "")
    [command] = [ReadAudit.model_validate(one.data) for one in services.received if one.type == ReadAudit.type]
    assert (command.action, command.actor, command.target_id, command.after_seq) == ("assets.pin", "佐藤", "i-1", 7)
    assert command.since == datetime(2026, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize("moment", ["0.5", "1780239600", "2026-06-01", "2026-06-01T00:00:00"])
async def test_moment_that_is_not_written_out_with_its_offset_is_refused(client, admin, log, moment):
    log([])
    answer = await client.get(URL, params={"until": moment}, headers=admin)
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("query.until: must be a date and time with its offset")


async def test_service_that_is_away_is_said_before_the_file_begins(client, admin):
    answer = await client.get(URL, headers=admin)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/no-answer")


async def test_verdict_sums_up_all_stretches(client, services, admin):
    async def verify(command, _services):
        asked = VerifyAudit.model_validate(command.data)
        fault = AuditFault(seq=42, kind="changed", detail="entry 42 is not what was written")
        first = asked.after_seq == 0
        stretch = AuditStretch(
            checked=40 if first else 3,
            next_after=40 if first else None,
            faults=() if first else (fault,),
            head_seq=43,
            head_hash="a" * 64,
        )
        return Reply(status=200, body=stretch.model_dump(mode="json", by_alias=True))

    services.on(VerifyAudit, verify)
    verdict = (await client.get(f"{URL}/verify", headers=admin)).json()
    assert (verdict["ok"], verdict["checked"], verdict["seq"]) == (False, 43, 43)
    assert [(fault["seq"], fault["kind"]) for fault in verdict["faults"]] == [(42, "changed")]


async def test_entry_noted_earlier_must_still_be_there(client, services, admin, log):
    async def verify(_command, _services):
        stretch = AuditStretch(checked=1, head_seq=1, head_hash=f"{1:064x}")
        return Reply(status=200, body=stretch.model_dump(mode="json", by_alias=True))

    services.on(VerifyAudit, verify)
    log([entry(1)])
    good = {"seq": 1, "hash": f"{1:064x}"}
    assert (await client.get(f"{URL}/verify", params=good, headers=admin)).json()["ok"] is True
    verdict = (await client.get(f"{URL}/verify", params=good | {"hash": "b" * 64}, headers=admin)).json()
    assert (verdict["ok"], verdict["faults"][0]["detail"]) == (False, "entry 1 is not the one that was noted")
    half = await client.get(f"{URL}/verify", params={"seq": 1}, headers=admin)
    assert (half.status_code, half.json()["errors"][0]["path"]) == (422, "hash")


async def test_who_did_what_from_where_is_in_nobodys_stream(client, kit, services, make_envelope, gateway, settled):
    told = make_envelope(
        AuditRecorded(
            at=datetime.now(UTC),
            action="assets.pin",
            target_kind="image",
            target_id=kit.image,
            about=kit.id,
            origin=Origin(role="editor", address="203.0.113.9"),
        )
    )
    await services.publish(told)
    # What comes after it in the same queue has been taken in, so it has been as well.
    await settled(make_envelope(kit.brand_created))
    assert await gateway.database.pool.fetchval("SELECT count(*) FROM events WHERE id = $1", told.id) == 0
