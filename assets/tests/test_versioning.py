"""How something just made becomes a version, confirms the current one, or is an earlier one restored."""

import asyncio
from dataclasses import replace

import asyncpg
import pytest

from assets import standing, store
from assets.events import produced_fields
from assets.model import Piece
from assets.versioning import EQUAL_BYTES, accept, commit, inputs_today, locked, restored, version_to_restore
from chassis.errors import Conflict, Invalid, NotFound
from contracts.assets import AcceptAsset, AssetAccepted, PinAsset
from contracts.envelope import Envelope
from contracts.values import Wanted
from lineage.staleness import input_hash, is_stale

ONE, TWO = "1" * 64, "2" * 64


def _said(tx) -> list[tuple[str, dict]]:
    return [(m.message_type, Envelope.model_validate_json(m.body).data) for m in tx.outgoing]


async def _commit(begin, asset, made, wanted: Wanted | None = None, seq: int = 0):
    async with begin() as tx:
        current = await locked(tx, asset.id)
        committed = await commit(tx, current, made, wanted or current.wanted, seq)
        return committed, _said(tx)


async def _hash_today(tx, asset) -> str:
    now = await inputs_today(tx.conn, asset)
    assert now is not None
    return input_hash(now)


async def _current(begin, asset):
    async with begin() as tx:
        return await locked(tx, asset.id)


async def test_each_different_output_adds_a_version_and_leaves_its_event_to_the_caller(begin, asset, picture):
    first, said = await _commit(begin, asset, picture(asset, ONE, seed=7))
    second, _ = await _commit(begin, asset, picture(asset, TWO))
    assert [(one.version, one.changed) for one in (first, second)] == [(1, True), (2, True)]
    assert said == []
    async with begin() as tx:
        kept = await store.version(tx.conn, asset.id, 1)
    assert kept is not None
    assert (kept.sha256, kept.seed, kept.input_hash) == (ONE, 7, input_hash(picture(asset).inputs))


async def test_equal_bytes_add_no_version_and_confirm_the_current_one_for_the_new_inputs(begin, asset, picture):
    await _commit(begin, asset, picture(asset, ONE))
    wanted = asset.wanted.model_copy(update={"parameters": {"prompt": "夜桜"}})
    again = picture(asset, ONE, parameters={"prompt": "夜桜"}, job_id="job-2")
    committed, [(kind, event)] = await _commit(begin, asset, again, wanted)
    assert (committed.version, committed.changed) == (1, False)
    assert (kind, event["reason"], event["version"], event["jobId"]) == (AssetAccepted.type, EQUAL_BYTES, 1, "job-2")
    assert event["wanted"]["parameters"] == {"prompt": "夜桜"}
    async with begin() as tx:
        current = await locked(tx, asset.id)
        now = await inputs_today(tx.conn, current)
        confirmed = await store.input_hashes(tx.conn, asset.id, 1)
    assert now is not None
    assert confirmed == {input_hash(picture(asset).inputs), event["inputHash"]}
    assert not is_stale(confirmed, input_hash(now))


async def test_same_inputs_confirmed_twice_are_one_confirmation(begin, asset, picture):
    for _ in range(3):
        await _commit(begin, asset, picture(asset, ONE))
    async with begin() as tx:
        assert await tx.conn.fetchval("SELECT count(*) FROM confirmations WHERE asset_id = $1", asset.id) == 1


async def test_wanted_revision_rises_with_every_commit_whatever_the_caller_says(begin, asset, picture):
    stale_word = asset.wanted.model_copy(update={"revision": -5})
    revisions = []
    for sha256 in (ONE, ONE, TWO):
        committed, _ = await _commit(begin, asset, picture(asset, sha256), stale_word)
        revisions.append(committed.wanted.revision)
    assert revisions == [1, 2, 3]
    assert (await _current(begin, asset)).wanted.revision == 3


async def test_older_wanted_never_replaces_a_newer_one(begin, asset):
    newer, older = (Wanted(revision=n, parameters={"prompt": str(n)}) for n in (5, 4))
    async with begin() as tx:
        await store.set_wanted(tx.conn, asset.id, newer)
        await store.set_wanted(tx.conn, asset.id, older)
        await store.set_wanted(tx.conn, asset.id, newer.model_copy(update={"parameters": {"prompt": "other"}}))
    assert (await _current(begin, asset)).wanted == newer


@pytest.mark.parametrize("sha256", [ONE, TWO], ids=["equal-bytes", "new-version"])
async def test_applied_request_is_remembered_whether_or_not_bytes_changed(begin, asset, picture, sha256):
    await _commit(begin, asset, picture(asset, ONE), seq=1)
    await _commit(begin, asset, picture(asset, sha256), seq=4)
    assert (await _current(begin, asset)).applied_seq == 4


async def test_edit_by_hand_leaves_the_newest_applied_request_as_it_was(begin, asset, picture):
    await _commit(begin, asset, picture(asset, ONE), seq=4)
    await _commit(begin, asset, picture(asset, TWO))
    current = await _current(begin, asset)
    assert (current.version, current.applied_seq) == (2, 4)


async def test_version_never_goes_back(begin, asset, picture):
    for sha256 in (ONE, TWO):
        await _commit(begin, asset, picture(asset, sha256))
    async with begin() as tx:
        await store.set_version(tx.conn, asset.id, 1, 0)
    assert (await _current(begin, asset)).version == 2


async def test_commits_at_once_number_their_versions_without_a_gap(begin, asset, picture):
    outputs = [picture(asset, format(n, "064x")) for n in range(10)]
    done = await asyncio.gather(*(_commit(begin, asset, made) for made in outputs))
    assert sorted(committed.version for committed, _ in done) == list(range(1, 11))


async def test_accepting_confirms_the_inputs_of_today_with_the_persons_reason(begin, asset, picture):
    await _commit(begin, asset, picture(asset, ONE))
    async with begin() as tx:
        await store.learn(tx.conn, tx.team_id, Piece(asset.wanted.upstream["brief"], 2, "b" * 64, {}))
    async with begin() as tx:
        await standing.accept_asset(AcceptAsset(asset_id=asset.id, reason="ロゴの差だけ"), tx)
        [(_, event)] = _said(tx)
        current = await locked(tx, asset.id)
        now = await inputs_today(tx.conn, current)
        confirmed = await store.input_hashes(tx.conn, asset.id, 1)
    assert now is not None
    assert (event["reason"], event["by"], event["version"]) == ("ロゴの差だけ", "editor-1", 1)
    assert event["inputs"]["upstream"]["brief"]["version"] == 2
    assert not is_stale(confirmed, input_hash(now))


async def test_asset_that_was_never_made_cannot_be_accepted(begin, asset):
    async with begin() as tx:
        with pytest.raises(Invalid, match="never made"):
            await accept(tx, asset, "x")


async def test_asset_that_rests_on_what_is_not_there_yet_cannot_be_accepted_and_the_piece_is_named(
    begin, asset, picture
):
    await _commit(begin, asset, picture(asset, ONE))
    missing = asset.wanted.model_copy(update={"revision": 9, "upstream": {**asset.wanted.upstream, "copy": "C-9"}})
    async with begin() as tx:
        await store.set_wanted(tx.conn, asset.id, missing)
        with pytest.raises(Invalid, match="it rests on copy C-9, which is not there yet"):
            await accept(tx, await locked(tx, asset.id), "x")


async def test_accepting_what_a_person_saw_is_refused_once_something_else_is_current(begin, asset, picture):
    await _commit(begin, asset, picture(asset, ONE))
    async with begin() as tx:
        await store.learn(tx.conn, tx.team_id, Piece(asset.wanted.upstream["brief"], 2, "b" * 64, {}))
        seen = await _hash_today(tx, asset)
    async with begin() as tx:
        await store.learn(tx.conn, tx.team_id, Piece(asset.wanted.upstream["brief"], 3, "c" * 64, {}))
    async with begin() as tx:
        with pytest.raises(Conflict, match="has changed since it was looked at"):
            await standing.accept_asset(AcceptAsset(asset_id=asset.id, reason="x", input_hash=seen), tx)
        assert _said(tx) == []
        now = await _hash_today(tx, asset)
        await standing.accept_asset(AcceptAsset(asset_id=asset.id, reason="x", input_hash=now), tx)
        assert [event["inputHash"] for _, event in _said(tx)] == [now]


async def test_pin_revision_rises_with_every_word_about_it(begin, asset):
    said = []
    for pinned in (True, True, False):
        async with begin() as tx:
            await standing.pin_asset(PinAsset(asset_id=asset.id, pinned=pinned), tx)
            said += [(event["pinned"], event["revision"]) for _, event in _said(tx)]
    assert said == [(True, 1), (True, 2), (False, 3)]
    assert not (await _current(begin, asset)).pinned


async def test_restoring_adds_a_version_with_the_earlier_bytes_and_inputs(begin, asset, picture):
    await _commit(begin, asset, picture(asset, ONE, prompt="桜", seed=7, content={"a": 1}))
    await _commit(begin, asset, picture(asset, TWO, parameters={"prompt": "夜桜"}))
    async with begin() as tx:
        earlier = await version_to_restore(tx, await locked(tx, asset.id), 1)
    committed, _ = await _commit(begin, asset, restored(earlier, reopen=False))
    async with begin() as tx:
        third = await store.version(tx.conn, asset.id, 3)
    assert (committed.version, committed.changed) == (3, True)
    assert third == replace(earlier, version=3, reason="restore", job_id=None)


@pytest.mark.parametrize("reopen", [True, False])
async def test_restored_bytes_have_the_consent_of_whoever_restores_them(begin, asset, picture, reopen):
    await _commit(begin, asset, picture(asset, ONE, reopen=not reopen))
    await _commit(begin, asset, picture(asset, TWO, reopen=not reopen))
    async with begin() as tx:
        earlier = await version_to_restore(tx, await locked(tx, asset.id), 1)
    made = restored(earlier, reopen=reopen)
    committed, _ = await _commit(begin, asset, made)
    assert produced_fields(asset, made, committed)["reopen"] is reopen


async def test_only_an_earlier_existing_version_can_be_restored(begin, asset, picture):
    await _commit(begin, asset, picture(asset, ONE))
    async with begin() as tx:
        current = await locked(tx, asset.id)
        with pytest.raises(Invalid, match="version 1 is the current one"):
            await version_to_restore(tx, current, 1)
        with pytest.raises(NotFound, match="no version 9; its newest is 1"):
            await version_to_restore(tx, current, 9)


async def test_asset_of_another_team_does_not_exist(begin, asset):
    async with begin(team="team-b") as tx:
        with pytest.raises(NotFound):
            await locked(tx, asset.id)


async def test_older_word_about_a_piece_never_replaces_a_newer_one(begin, asset):
    brand = asset.wanted.upstream["brand"]
    async with begin() as tx:
        news = [await store.learn(tx.conn, tx.team_id, Piece(brand, n, format(n, "064x"), {})) for n in (3, 2, 3, 4)]
        known = await store.pieces(tx.conn, [brand])
    assert (news, known[brand].version) == ([True, False, False, True], 4)


@pytest.mark.parametrize("statement", ["UPDATE versions SET sha256 = 'x'", "DELETE FROM versions", "TRUNCATE versions"])
async def test_database_refuses_to_change_what_was_made(begin, asset, picture, statement):
    await _commit(begin, asset, picture(asset, ONE))
    async with begin() as tx:
        with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="insert-only"):
            async with tx.conn.transaction():
                await tx.conn.execute(f"{statement}{' CASCADE' if 'TRUNCATE' in statement else ''}")
