"""Staleness and status as computed when read."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.values import InputSet, UpstreamRef, Wanted
from gateway.projection.state import AssetState, Hold, JobMark, RenderFailure, VersionState
from gateway.readmodel.standing import Kit
from gateway.readmodel.views import campaign_status
from lineage.staleness import input_hash

NOW = datetime(2026, 11, 20, tzinfo=UTC)
BRIEF = UpstreamRef(id="brief", version=1, sha256="b1")


def version(number, sha256, inputs, **fields):
    given = {
        "version": number,
        "previous_version": None,
        "sha256": sha256,
        "media_type": "image/png",
        "width": None,
        "height": None,
        "bytes": None,
        "input_hash": input_hash(inputs),
        "inputs": inputs,
        "prompt": None,
        "seed": None,
        "provider": "offline",
        "offline": True,
        "job_id": None,
        "reason": "initial",
        "text": None,
        "layout": None,
        "cause_id": None,
        "cascade_id": "c",
        "at": NOW,
    }
    return VersionState(**given | fields)


def asset(asset_id, kind, wanted, current=None, **fields):
    confirmed = {current.version: [current.input_hash]} if current else {}
    given = {"campaign_id": "c", "team_id": "t", "wanted": wanted, "current": current, "confirmed": confirmed}
    return AssetState(id=asset_id, kind=kind, updated_at=NOW, **given | fields)


class World:
    """image → composite → size, all fresh."""

    def __init__(self):
        self.brief = BRIEF
        self.held = False
        self.image_wanted = Wanted(revision=0, upstream={"brief": "brief"}, parameters={"prompt": "海"})
        made_from = InputSet(upstream={"brief": BRIEF}, parameters={"prompt": "海"})
        self.image = asset("image", "image", self.image_wanted, version(1, "i1", made_from))
        on_image = InputSet(upstream={"image": UpstreamRef(id="image", version=1, sha256="i1")})
        wanted = Wanted(revision=0, upstream={"image": "image"})
        self.composite = asset("composite", "composited_image", wanted, version(1, "c1", on_image))
        on_composite = InputSet(upstream={"composite": UpstreamRef(id="composite", version=1, sha256="c1")})
        wanted = Wanted(revision=0, upstream={"composite": "composite"})
        self.size = asset("size", "platform_image", wanted, version(1, "s1", on_composite))

    @property
    def kit(self):
        kit = Kit([self.image, self.composite, self.size], {"brief": self.brief})
        return Kit(kit.assets.values(), {"brief": self.brief}, pinned=kit.manifest) if self.held else kit

    def change(self, name, **fields):
        setattr(self, name, getattr(self, name).model_copy(update=fields))

    def new_image(self):
        made_from = InputSet(upstream={"brief": self.brief}, parameters={"prompt": "海"})
        self.change("image", current=version(2, "i2", made_from), confirmed={2: [input_hash(made_from)]})

    def told(self, asset_id):
        one = self.kit.standing(asset_id)
        return one.status, one.stale, one.pending_upstream


@pytest.fixture
def world():
    return World()


def test_fresh_kit_is_ready(world):
    assert {world.told(key) for key in ("image", "composite", "size")} == {("ready", False, False)}
    assert campaign_status(world.kit.standings()) == "ready"


def test_changed_brief_makes_paid_work_stale_and_names_the_cause(world):
    world.brief = UpstreamRef(id="brief", version=2, sha256="b2")
    assert world.told("image") == ("ready", True, False)
    (cause,) = world.kit.standing("image").causes
    assert (cause.upstream_id, cause.was, cause.now) == ("brief", 1, 2)
    assert cause.text == "brief is at version 2; this was made from version 1"
    assert world.told("composite") == ("ready", False, True)
    assert world.told("size") == ("ready", False, True)
    assert campaign_status(world.kit.standings()) == "pending"


def test_prompt_edited_and_edited_back_is_fresh_without_any_work(world):
    edited = Wanted(revision=1, upstream={"brief": "brief"}, parameters={"prompt": "山"})
    world.change("image", wanted=edited)
    assert world.told("image")[1] is True
    world.change("image", wanted=edited.model_copy(update={"revision": 2, "parameters": {"prompt": "海"}}))
    assert world.told("image") == ("ready", False, False)


def test_new_image_makes_its_composite_owed_and_the_size_wait(world):
    world.new_image()
    assert world.told("composite") == ("pending", True, False)
    assert world.told("size") == ("ready", False, True)
    assert campaign_status(world.kit.standings()) == "generating"


def test_confirmed_inputs_are_fresh_without_a_new_version(world):
    world.new_image()
    now = InputSet(upstream={"image": UpstreamRef(id="image", version=2, sha256="i2")})
    world.change("composite", confirmed={1: [*world.composite.confirmed[1], input_hash(now)]})
    assert world.told("composite") == ("ready", False, False)


def test_pinned_composite_shows_stale_and_owes_nothing(world):
    world.new_image()
    world.change("composite", pinned=True)
    assert world.told("composite") == ("ready", True, False)


def test_composites_of_a_held_campaign_show_stale_and_owe_nothing(world):
    world.new_image()
    world.held = True
    assert world.told("composite") == ("ready", True, False)


@pytest.mark.parametrize(("version", "status"), [(1, "pending"), (0, "ready")])
def test_render_that_somebody_consented_to_is_owed_though_the_campaign_is_held(world, version, status):
    world.new_image()
    world.held = True
    world.change("composite", hold=Hold(version=version, revision=0, at=NOW, reopen=True))
    assert world.told("composite")[0] == status


def test_failed_render_is_told_until_the_inputs_change(world):
    world.new_image()
    now = InputSet(upstream={"image": UpstreamRef(id="image", version=2, sha256="i2")})
    failure = RenderFailure(
        revision=0, input_hash=input_hash(now), code="LAYOUT_OVERFLOW", message="入りません", job_id=None, at=NOW
    )
    world.change("composite", failure=failure)
    assert world.told("composite")[0] == "failed"
    assert world.kit.standing("composite").error.code == "LAYOUT_OVERFLOW"
    assert campaign_status(world.kit.standings()) == "partially_failed"
    world.change("image", current=world.image.current.model_copy(update={"version": 3, "sha256": "i3"}))
    assert world.told("composite")[0] == "pending"


def test_failed_job_is_told_until_a_newer_version_or_job_exists(world):
    failed = JobMark(seq=2, status="FAILED", ended_at=NOW + timedelta(seconds=5), code="REFUSED", message="no")
    world.change("image", jobs={"j2": failed})
    assert world.told("image")[0] == "failed"
    world.change("image", jobs={"j2": failed, "j3": JobMark(seq=3, status="PENDING")})
    assert world.told("image")[0] == "pending"
    later = world.image.current.model_copy(update={"at": NOW + timedelta(seconds=9)})
    world.change("image", jobs={"j2": failed}, current=later)
    assert world.told("image")[0] == "ready"


def test_cancelled_job_leaves_its_asset_as_it_was(world):
    cancelled = {"j": JobMark(seq=2, status="CANCELLED", ended_at=NOW + timedelta(seconds=5))}
    world.change("image", jobs=cancelled)
    assert (world.told("image")[0], world.kit.standing("image").error) == ("ready", None)
    world.image = asset("image", "image", world.image_wanted, jobs=cancelled)
    world.composite = asset("composite", "composited_image", world.composite.wanted, jobs={})
    assert (world.told("image")[0], world.told("composite")[0]) == ("missing", "missing")
    assert not world.kit.standing("composite").owed


def test_job_is_the_current_versions_or_one_under_way_or_failed_since(world):
    def job_id(current, **jobs):
        world.change("image", current=world.image.current.model_copy(update=current), jobs=jobs)
        return world.kit.standing("image").job_id

    done = JobMark(seq=1, status="COMPLETED", ended_at=NOW)
    failed = JobMark(seq=2, status="FAILED", ended_at=NOW + timedelta(seconds=5))
    assert job_id({"job_id": "j1"}, j1=done) == "j1"
    assert job_id({"job_id": "j1"}, j1=done, j2=JobMark(seq=2, status="RUNNING")) == "j2"
    assert job_id({"job_id": "j1"}, j1=done, j2=failed) == "j2"
    restored = {"version": 3, "reason": "restore", "job_id": None, "at": NOW + timedelta(seconds=9)}
    assert job_id(restored, j1=done) is None
    assert job_id(restored, j2=failed) is None


def test_what_rests_on_a_failed_image_is_missing_and_not_stale(world):
    world.image = asset("image", "image", world.image_wanted, jobs={"j": JobMark(seq=1, status="FAILED")})
    world.composite = asset("composite", "composited_image", world.composite.wanted)
    assert world.told("image")[0] == "failed"
    assert world.told("composite") == ("missing", False, True)


def test_another_upstream_piece_is_a_cause_although_it_does_not_exist_yet(world):
    world.change("composite", wanted=Wanted(revision=1, upstream={"image": "other"}))
    one = world.kit.standing("composite")
    assert one.stale
    assert one.causes


def test_another_logo_makes_composites_stale_and_nothing_that_is_paid_for():
    whole, without = (UpstreamRef(id="brand", version=1, sha256=sha256) for sha256 in ("w1", "l1"))
    wanted = Wanted(revision=0, upstream={"brand": "brand"})
    image = asset("image", "image", wanted, version(1, "i1", InputSet(upstream={"brand": without})))
    composite = asset("composite", "composited_image", wanted, version(1, "c1", InputSet(upstream={"brand": whole})))
    marked = {"brand": UpstreamRef(id="brand", version=2, sha256="w2")}
    kit = Kit([image, composite], marked, {"brand": without.model_copy(update={"version": 2})})
    assert [(one.asset.id, one.stale) for one in kit.standings()] == [("image", False), ("composite", True)]
    renamed = Kit([image, composite], marked, {"brand": UpstreamRef(id="brand", version=2, sha256="l2")})
    assert all(one.stale for one in renamed.standings())
