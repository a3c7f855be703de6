"""Work in a child process: what it answers, how it ends, and that nothing hangs on it when it dies."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import uvloop

from chassis.child import Child, ChildAway, ChildBroke, ChildLost
from chassis.child_calls import CannotWork, Refused
from chassis.infrastructure import is_infrastructure
from chassis.testing import eventually
from saisei_local.embedded.process import children, memory_bytes

MODULE = "child_process"
HERE = Path(__file__).parent
MANY = json.dumps({"id": 1, "lengths": [200_000_000] * 50}).encode()
NONSENSE = {
    "length": b"\xff\xff\xff\xff",
    "depth": (200_000).to_bytes(4) + b"[" * 200_000,
    "size": len(MANY).to_bytes(4) + MANY,
    "kind": b"\x00\x00\x00\x02[]",
}


@pytest.fixture(autouse=True)
def findable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child's module is found beside this one."""
    monkeypatch.setenv("PYTHONPATH", str(HERE))


@pytest.fixture
async def child() -> AsyncIterator[Child]:
    one = Child(MODULE, "2", slots=4)
    yield one
    await one.close()


async def test_parts_come_back_whatever_they_hold(child: Child):
    parts = [b"", b"\x00" * 3_000_000, "写真".encode(), b"\n{}"]
    assert await child.call("echo", *parts) == parts


async def test_answers_are_those_of_their_calls_though_they_overlap_and_the_child_prints(child: Child):
    calls = (child.call("double", bytes([number]) * 100_000) for number in range(20))
    assert await asyncio.gather(*calls) == [[bytes([number]) * 200_000] for number in range(20)]


async def test_refusal_and_fault_are_told_apart_and_the_child_lives_on(child: Child):
    with pytest.raises(Refused, match="「絵」は使えません。") as refusal:
        await child.call("refuse", "絵".encode())
    assert refusal.value.code == "NO_GOOD"
    pid = await _pid(child)
    with pytest.raises(ChildBroke, match="ZeroDivisionError: a fault of the child's"):
        await child.call("fail")
    assert await _pid(child) == pid


async def test_machine_that_cannot_do_the_work_is_named_at_the_start():
    with pytest.raises(CannotWork, match="install libfribidi0"):
        await Child(MODULE, "1", "MISSING", slots=1).check()


async def test_module_that_does_not_start_is_named():
    child = Child("no_such_module", slots=1)
    with pytest.raises(CannotWork, match=r"-m no_such_module` does not start: .* code 1"):
        await child.check()
    with pytest.raises(ChildAway, match=r"-m no_such_module` does not start: .* code 1") as away:
        await child.call("echo")
    assert is_infrastructure(away.value), "what waits for a child that cannot be started is held, and loses no try"


async def test_child_that_dies_loses_the_call_that_killed_it_and_the_next_one_has_another(child: Child):
    pid = await _pid(child)
    with pytest.raises(ChildLost, match=f"code {-signal.SIGABRT}"):
        await child.call("die")
    assert await _pid(child) != pid


async def test_calls_beside_the_one_that_kills_the_child_are_done_all_the_same(child: Child):
    beside = [asyncio.create_task(child.call("tarry", bytes([number]))) for number in range(3)]
    with pytest.raises(ChildLost, match=f"code {-signal.SIGABRT}"):
        await child.call("die")
    assert await asyncio.gather(*beside) == [[bytes([number])] for number in range(3)]


async def test_more_calls_than_slots_wait_for_their_turn_and_not_for_their_deadline():
    child = Child(MODULE, "4", slots=1)
    await _pid(child)
    await asyncio.gather(*(child.call("wait", b"0.2", deadline=0.7) for _ in range(6)))
    await child.close()


async def test_call_that_takes_too_long_ends_its_process_and_no_other_call(child: Child):
    pid = await _pid(child)
    beside = asyncio.create_task(child.call("tarry", b"x"))
    with pytest.raises(ChildLost, match="had not ended after"):
        await child.call("wait", b"60", deadline=0.2)
    assert await beside == [b"x"]
    assert await _pid(child) != pid
    assert not _runs(pid)


@pytest.mark.parametrize("what", NONSENSE.values(), ids=NONSENSE)
async def test_child_that_writes_nonsense_is_ended(child: Child, what: bytes):
    pid = await _pid(child)
    with pytest.raises(ChildLost):
        await child.call("babble", what)
    await _ended(pid)


async def test_cancelled_call_leaves_the_others_alone(child: Child):
    pid = await _pid(child)
    waiting = asyncio.create_task(child.call("wait", b"0.3"))
    await asyncio.sleep(0)
    waiting.cancel()
    assert await child.call("echo", b"x") == [b"x"]
    assert await _pid(child) == pid


async def test_idle_child_ends_by_itself_and_never_while_it_works():
    child = Child(MODULE, "1", slots=2, idle_seconds=0.2)
    pid = await _pid(child)
    await child.call("wait", b"0.6")
    assert await _pid(child) == pid
    await _ended(pid)
    assert await _pid(child) != pid
    await child.close()


@pytest.mark.parametrize("calls", [1, 2])
async def test_closing_ends_it_though_it_is_at_work_and_nothing_is_begun_again(calls: int):
    child = Child(MODULE, "3", slots=4)
    waiting = [asyncio.create_task(child.call("wait", b"60")) for _ in range(calls)]
    # Calls are taken in order, so that it has been at work since before this one.
    pid = await _pid(child)
    await child.close()
    for call in (*waiting, child.call("echo")):
        with pytest.raises(ChildLost):
            await call
    assert not _runs(pid)


async def test_closing_ends_a_call_that_is_being_done_by_itself():
    child = Child(MODULE, "2", slots=4)
    waiting = asyncio.create_task(child.call("wait", b"60"))
    with pytest.raises(ChildLost):
        await child.call("die")
    apart = await eventually(lambda: [pid for pid in children(os.getpid()) if _works(pid)])
    await child.close()
    with pytest.raises(ChildLost):
        await waiting
    assert not any(map(_runs, apart))


async def test_no_secret_of_the_service_is_in_its_surroundings(child: Child, monkeypatch: pytest.MonkeyPatch):
    for name in ("SAISEI_COMPOSITOR_DATABASE_URL", "AWS_SECRET_ACCESS_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.setenv(name, "secret-of-the-service")
    [told] = await child.call("surroundings")
    assert b"secret-of-the-service" not in told
    assert json.loads(told)["environment"]["MALLOC_ARENA_MAX"] == "2"


async def test_child_gives_back_what_its_last_call_took_while_it_lives_on(child: Child):
    pid = await _pid(child)
    before = memory_bytes(pid)
    await child.call("hoard")
    assert memory_bytes(pid, "VmHWM") > before + 150_000_000
    await eventually(lambda: memory_bytes(pid) < before + 50_000_000)
    assert await _pid(child) == pid


async def test_child_does_not_outlive_a_parent_that_is_killed():
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", PARENT, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    assert _runs(pid)
    parent.kill()
    await _ended(pid)
    await parent.communicate()


def _nonsense(child: Child) -> Awaitable[None]:
    return test_child_that_writes_nonsense_is_ended(child, NONSENSE["length"])


@pytest.mark.parametrize(
    "scenario",
    [
        test_parts_come_back_whatever_they_hold,
        test_answers_are_those_of_their_calls_though_they_overlap_and_the_child_prints,
        test_refusal_and_fault_are_told_apart_and_the_child_lives_on,
        test_child_that_dies_loses_the_call_that_killed_it_and_the_next_one_has_another,
        test_calls_beside_the_one_that_kills_the_child_are_done_all_the_same,
        test_call_that_takes_too_long_ends_its_process_and_no_other_call,
        test_cancelled_call_leaves_the_others_alone,
        _nonsense,
    ],
)
def test_the_same_on_the_loop_that_services_run_on(scenario: Callable[[Child], Awaitable[None]]):
    async def played() -> None:
        child = Child(MODULE, "2", slots=4)
        try:
            await scenario(child)
        finally:
            await child.close()

    uvloop.run(played())


PARENT = f"""
import asyncio, json
from chassis.child import Child

async def main():
    child = Child({MODULE!r}, "1", slots=1)
    [told] = await child.call("surroundings")
    print(json.loads(told)["pid"], flush=True)
    await child.call("wait", b"60")

asyncio.run(main())
"""


async def _pid(child: Child) -> int:
    [told] = await child.call("surroundings")
    return json.loads(told)["pid"]


async def _ended(pid: int) -> None:
    await eventually(lambda: not _runs(pid))


def _works(pid: int) -> bool:
    """Whether a child has taken the call: a third thread is at work, beside those that read on and give back."""
    return MODULE in " ".join(children(os.getpid()).get(pid, [])) and len(list(Path(f"/proc/{pid}/task").iterdir())) > 2


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
