"""Work on bytes from outside, in a process of its own that opens pictures and nothing else.

A decoder that a picture brings down takes neither the service nor another picture with it, and the memory it needed is
the system's again once the child has been idle. It inherits no secret; it runs as the same user and is no sandbox.
"""

import asyncio
import itertools
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from typing import Any

import structlog

from chassis.child_calls import HELLO, LENGTH_BYTES, CannotWork, Refused, framed

log = structlog.get_logger()

IDLE_SECONDS = 10.0
"""A start takes some 0.4 s, which the first call after a pause waits for."""

DEADLINE_SECONDS = 120.0
"""For one call, from when it is sent: some twenty times what the largest picture takes that is let in."""

START_SECONDS = 60.0
GRACE_SECONDS = 2.0
"""For ending by itself, when it has been told to or says nothing more."""

MAX_HEADER_BYTES = 1_000_000
MAX_PARTS, MAX_BYTES = 1_000, 200_000_000
"""Of one answer."""

ENVIRONMENT = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
ENVIRONMENT_OF = ("LC_", "PYTHON", "COVERAGE_")

HEAP = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": str(32 * 1024 * 1024),
    "MALLOC_TRIM_THRESHOLD_": str(128 * 1024 * 1024),
}
"""For glibc: what one picture took is kept for the next that comes at once. Fetched from the system anew, it made ten
sizes of a photo a fifth slower. It goes back a second after the last call."""


class ChildLost(Exception):
    """The child ended over this call, or was ended because it took too long. Nothing came of it."""


class ChildAway(ConnectionError):
    """No child can be started here. That is no message's fault: it is held, as when the database is away."""


class ChildBroke(Exception):
    """The call raised what it should not have; the message is the child's traceback."""


class Child:
    """A child process that is started when something is to be done, and ended once idle. For one event loop.

    Calls share it, so many at a time as there are `slots`; the others wait. When it ends over several, each of them is
    done again in a process that it has to itself, so that only the one at fault is lost.
    """

    def __init__(self, module: str, *arguments: str, slots: int, idle_seconds: float = IDLE_SECONDS) -> None:
        self._argv = (sys.executable, "-m", module, *arguments)
        self._idle_seconds = idle_seconds
        self._slots = asyncio.Semaphore(slots)
        self._running: _Running | None = None
        self._apart: _Running | None = None
        self._closed = False
        self._starting, self._alone = asyncio.Lock(), asyncio.Lock()
        self._calls = 0
        self._rest: asyncio.TimerHandle | None = None
        self._endings: set[asyncio.Task[None]] = set()

    async def check(self) -> None:
        """Starts one and ends it, to see that it can do its work here. Raises CannotWork."""
        await (await _Running.started(self._argv)).end()

    async def call(self, name: str, *parts: bytes, deadline: float = DEADLINE_SECONDS) -> list[bytes]:
        """The parts that the child answers with. Raises Refused, ChildLost, ChildBroke, ChildAway."""
        async with self._slots:
            self._calls += 1
            if self._rest is not None:
                self._rest.cancel()
            try:
                running = await self._started()
                return await running.ask(name, parts, deadline)
            except _LostInCompany:
                return await self._by_itself(name, parts, deadline)
            except CannotWork as error:
                raise ChildAway(str(error)) from error
            finally:
                self._calls -= 1
                self._rest_later()

    async def close(self) -> None:
        """Ends the child for good; calls under way raise ChildLost, and so do later ones."""
        self._closed = True
        if self._rest is not None:
            self._rest.cancel()
        async with self._starting:
            self._let_go()
            if self._apart is not None:
                await self._apart.end()
        await asyncio.gather(*self._endings)

    async def keep(self) -> None:
        """Runs beside a service, and ends the child when the service stops."""
        try:
            await asyncio.Event().wait()
        finally:
            await self.close()

    async def _started(self) -> "_Running":
        async with self._starting:
            if self._running is None or self._running.ended:
                self._running = await self._new()
            return self._running

    async def _by_itself(self, name: str, parts: tuple[bytes, ...], deadline: float) -> list[bytes]:
        async with self._alone:
            async with self._starting:
                self._apart = await self._new()
            try:
                return await self._apart.ask(name, parts, deadline)
            except _LostInCompany as error:
                raise ChildLost(f"the process that had {name} to itself ended before it had all of it") from error
            finally:
                await self._apart.end()
                self._apart = None

    async def _new(self) -> "_Running":
        if self._closed:
            raise ChildLost("nothing is begun any more: the service stops")
        return await _Running.started(self._argv)

    def _rest_later(self) -> None:
        if not self._calls and self._running is not None:
            self._rest = asyncio.get_running_loop().call_later(self._idle_seconds, self._let_go)

    def _let_go(self) -> None:
        if self._running is not None:
            ending = asyncio.create_task(self._running.end())
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)
            self._running = None


class _LostInCompany(Exception):
    """The child ended, and it may have been for another call."""


class _Running:
    """One process, from its start to its end."""

    def __init__(self, process: Process) -> None:
        self.ended = False
        self._blamed = False
        self._process = process
        assert process.stdin is not None
        assert process.stdout is not None
        self._to, self._from = process.stdin, process.stdout
        self._numbers = itertools.count(HELLO + 1)
        self._asked: dict[int, asyncio.Future[list[bytes]]] = {}
        self._reading = asyncio.create_task(self._read(), name="answers of a child")

    @classmethod
    async def started(cls, argv: tuple[str, ...]) -> "_Running":
        """Raises CannotWork."""
        # A session of its own: what a terminal or a supervisor sends to the group is for the parent to act on.
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=PIPE, stdout=PIPE, env=_environment(), start_new_session=True
        )
        running = cls(process)
        hello = running._expected(HELLO)
        try:
            async with asyncio.timeout(START_SECONDS):
                await hello
        except CannotWork:
            await running._reading
            raise
        except ChildLost as error:
            raise CannotWork(f"`{' '.join(argv)}` does not start: {error}; what it said is in the log") from error
        except TimeoutError as error:
            running.kill()
            raise CannotWork(f"`{' '.join(argv)}` had not started after {START_SECONDS:.0f} s") from error
        except BaseException:
            running.kill()
            raise
        finally:
            del running._asked[HELLO]
        return running

    async def ask(self, name: str, parts: tuple[bytes, ...], deadline: float) -> list[bytes]:
        """Raises Refused, ChildBroke, ChildLost, and _LostInCompany when it may not have been this call's fault."""
        number = next(self._numbers)
        answer = self._expected(number)
        try:
            async with asyncio.timeout(deadline):
                # All of a frame is handed over at once: whoever is cancelled here has not sent half of one.
                self._to.write(framed({"id": number, "call": name}, parts))
                await self._to.drain()
                return await answer
        except TimeoutError as error:
            log.warning("child_too_slow", child=self._process.pid, call=name, seconds=deadline)
            self._blamed = True
            self.kill()
            raise ChildLost(f"{name} had not ended after {deadline:.0f} s, and its process was ended") from error
        except (ConnectionError, RuntimeError) as error:
            # It ended before it had all of this; uvloop says so with a RuntimeError.
            raise _LostInCompany from error
        finally:
            self._asked.pop(number, None)

    def kill(self) -> None:
        """Ends it at once."""
        self.ended = True
        with suppress(ProcessLookupError):
            self._process.kill()

    async def end(self) -> None:
        """Lets it end by itself, which it does when it can be asked no more, or else makes it; it is gone then."""
        self.ended = True
        self._to.close()
        await self._gone()
        await self._reading

    def _expected(self, number: int) -> asyncio.Future[list[bytes]]:
        self._asked[number] = asyncio.get_running_loop().create_future()
        return self._asked[number]

    async def _read(self) -> None:
        try:
            while True:
                self._answered(*await self._frame())
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        except Exception as error:  # noqa: BLE001 - whatever it wrote, nobody may wait for it for ever.
            log.warning("child_made_no_sense", child=self._process.pid, error=repr(error)[:200])
            self.kill()
        self.ended = True
        self._to.close()
        code = await self._gone()
        lost = [answer for answer in self._asked.values() if not answer.done()]
        if lost:
            log.warning("child_lost", child=self._process.pid, exit_code=code, calls=len(lost))
        for answer in lost:
            died = ChildLost(f"the process at work on it ended with code {code}")
            answer.set_exception(_LostInCompany() if self._blamed or len(lost) > 1 else died)

    async def _gone(self) -> int:
        # Not killed at once: asyncio and kill() would both fetch the exit code of what has just ended, and one gets it.
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                return await self._process.wait()
        self.kill()
        return await self._process.wait()

    async def _frame(self) -> tuple[dict[str, Any], list[bytes]]:
        length = int.from_bytes(await self._from.readexactly(LENGTH_BYTES))
        if length > MAX_HEADER_BYTES:
            raise ValueError(f"a header of {length} bytes")
        head = json.loads(await self._from.readexactly(length))
        lengths = head["lengths"]
        if len(lengths) > MAX_PARTS or min(lengths, default=0) < 0 or sum(lengths) > MAX_BYTES:
            raise ValueError(f"{len(lengths)} parts of {sum(lengths)} bytes")
        return head, [await self._from.readexactly(length) for length in lengths]

    def _answered(self, head: dict[str, Any], parts: list[bytes]) -> None:
        answer = self._asked.get(head["id"])
        # Whoever asked may have gone meanwhile.
        if answer is None or answer.done():
            return
        if "refused" in head:
            code, message = head["refused"]
            answer.set_exception(Refused(str(code), str(message)))
        elif "cannot" in head:
            answer.set_exception(CannotWork(str(head["cannot"])))
        elif "broke" in head:
            answer.set_exception(ChildBroke(str(head["broke"])))
        else:
            answer.set_result(parts)


def _environment() -> dict[str, str]:
    """What the child's libraries look for, and nothing that the service was told in confidence."""
    ours = {name: value for name, value in os.environ.items() if name in ENVIRONMENT or name.startswith(ENVIRONMENT_OF)}
    return ours | HEAP
