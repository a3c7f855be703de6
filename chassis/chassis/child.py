"""Work on bytes from outside, in a process of its own that opens pictures and nothing else.

A decoder that a picture brings down takes the calls at hand with it, not the service; the memory it needed is the
system's again once the child has been idle; and no secret of the service is in a process that reads what others made.
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
"""For one call: a hundred times what the largest takes."""

START_SECONDS = 60.0
GRACE_SECONDS = 2.0
"""For ending by itself, when it has been told to or says nothing more."""

MAX_HEADER_BYTES = 1_000_000
MAX_PART_BYTES = 200_000_000

ENVIRONMENT = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
ENVIRONMENT_OF = ("LC_", "PYTHON", "COVERAGE_")
MALLOC = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "4194304", "MALLOC_TRIM_THRESHOLD_": "16777216"}
"""glibc keeps fewer heaps, and gives large blocks back at once."""


class ChildLost(Exception):
    """The child ended, or was ended for being too slow, before it answered. Nothing came of the call: ask again."""


class ChildBroke(Exception):
    """The call raised what it should not have; the message is the child's traceback."""


class Child:
    """A child process that is started when something is to be done, and ended once idle. For one event loop."""

    def __init__(self, module: str, *arguments: str, idle_seconds: float = IDLE_SECONDS) -> None:
        self._argv = (sys.executable, "-m", module, *arguments)
        self._idle_seconds = idle_seconds
        self._running: _Running | None = None
        self._starting = asyncio.Lock()
        self._calls = 0
        self._rest: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Starts it before there is anything to do. Raises CannotWork, ChildLost."""
        await self._started()
        self._rest_later()

    async def call(self, name: str, *parts: bytes, deadline: float = DEADLINE_SECONDS) -> list[bytes]:
        """The parts that the child answers with. Raises Refused, ChildLost, ChildBroke, CannotWork."""
        self._calls += 1
        if self._rest is not None:
            self._rest.cancel()
        try:
            running = await self._started()
            return await running.ask(name, parts, deadline)
        finally:
            self._calls -= 1
            self._rest_later()

    async def close(self) -> None:
        """Ends the child; calls under way raise ChildLost."""
        if self._rest is not None:
            self._rest.cancel()
        async with self._starting:
            if self._running is not None:
                await self._running.end()

    async def keep(self) -> None:
        """Runs beside a service, and ends the child when the service stops."""
        try:
            await asyncio.Event().wait()
        finally:
            await self.close()

    async def _started(self) -> "_Running":
        async with self._starting:
            if self._running is None or self._running.ended:
                self._running = await _Running.started(self._argv)
            return self._running

    def _rest_later(self) -> None:
        if not self._calls and self._running is not None:
            self._rest = asyncio.get_running_loop().call_later(self._idle_seconds, self._running.say_goodbye)


class _Running:
    """One process, from its start to its end."""

    def __init__(self, process: Process) -> None:
        self.ended = False
        self._process = process
        assert process.stdin is not None
        assert process.stdout is not None
        self._to, self._from = process.stdin, process.stdout
        self._numbers = itertools.count(HELLO + 1)
        self._asked: dict[int, asyncio.Future[list[bytes]]] = {}
        self._reading = asyncio.create_task(self._read(), name="answers of a child")

    @classmethod
    async def started(cls, argv: tuple[str, ...]) -> "_Running":
        """Raises CannotWork, ChildLost."""
        process = await asyncio.create_subprocess_exec(*argv, stdin=PIPE, stdout=PIPE, env=_environment())
        running = cls(process)
        hello = running._expected(HELLO)
        try:
            async with asyncio.timeout(START_SECONDS):
                await hello
        except (CannotWork, ChildLost):
            await running._reading
            raise
        except TimeoutError as error:
            running.kill()
            raise ChildLost(f"{' '.join(argv)} had not started after {START_SECONDS:.0f} s") from error
        except BaseException:
            running.kill()
            raise
        finally:
            del running._asked[HELLO]
        return running

    async def ask(self, name: str, parts: tuple[bytes, ...], deadline: float) -> list[bytes]:
        number = next(self._numbers)
        answer = self._expected(number)
        try:
            async with asyncio.timeout(deadline):
                # All of a frame is handed over at once: whoever is cancelled here has not sent half of one.
                self._to.write(framed({"id": number, "call": name}, parts))
                await self._to.drain()
                return await answer
        except TimeoutError as error:
            self.kill()
            raise ChildLost(f"{name} had not ended after {deadline:.0f} s, and its process was ended") from error
        except (BrokenPipeError, ConnectionResetError) as error:
            raise ChildLost(f"the process that was asked for {name} had ended") from error
        finally:
            self._asked.pop(number, None)

    def say_goodbye(self) -> None:
        """The child ends by itself when it can be asked no more."""
        self.ended = True
        self._to.close()

    def kill(self) -> None:
        """Ends it at once."""
        self.ended = True
        with suppress(ProcessLookupError):
            self._process.kill()

    async def end(self) -> None:
        """Ends it and waits until it is gone."""
        self.say_goodbye()
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
        except (ValueError, KeyError, TypeError) as error:
            log.warning("child_made_no_sense", child=self._process.pid, error=repr(error))
            self.kill()
        self.say_goodbye()
        code = await self._gone()
        if self._asked:
            log.warning("child_lost", child=self._process.pid, exit_code=code, calls=len(self._asked))
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(ChildLost(f"the process at work on it ended with code {code}"))

    async def _gone(self) -> int:
        # Not killed at once: asyncio and kill() would both fetch the exit code of what has just ended, and one gets it.
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                return await self._process.wait()
        self.kill()
        return await self._process.wait()

    async def _frame(self) -> tuple[dict[str, Any], list[bytes]]:
        head = json.loads(await self._part(int.from_bytes(await self._part(LENGTH_BYTES)), MAX_HEADER_BYTES))
        return head, [await self._part(length) for length in head["lengths"]]

    async def _part(self, length: int, most: int = MAX_PART_BYTES) -> bytes:
        if not 0 <= length <= most:
            raise ValueError(f"a part of {length} bytes")
        return await self._from.readexactly(length)

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
    return ours | MALLOC
