"""The backfill beside a running instance: how it ends is said once."""

from chassis.testing import eventually
from saisei_local.backfilling import Backfill
from saisei_local.state import StateDir


async def test_backfill_that_fails_is_said_once_with_its_log(state: StateDir) -> None:
    backfill = Backfill(state)
    try:
        notices = await eventually(backfill.look_after)
    finally:
        backfill.stop()
    assert len(notices) == 1
    assert str(state.logs / "backfill.log") in notices[0]
    assert "the instance is not running" in (state.logs / "backfill.log").read_text()
    assert backfill.look_after() == []


def test_backfill_is_ended_with_the_instance(state: StateDir) -> None:
    backfill = Backfill(state)
    process = backfill._process
    backfill.stop()
    assert process is not None
    assert process.returncode is not None
