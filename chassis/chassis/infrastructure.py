"""Which faults are those of the database or the network, and how they are sat out."""

import asyncio
import errno
import itertools
import socket
from collections.abc import Awaitable, Callable

import asyncpg
import structlog

INFRASTRUCTURE = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InsufficientResourcesError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.SerializationError,
    asyncpg.ReadOnlySQLTransactionError,
    ConnectionError,
    TimeoutError,
    socket.gaierror,
)
HOLD_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)

log = structlog.get_logger()

UNREACHABLE = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN)


def is_infrastructure(error: BaseException) -> bool:
    """True when the database or the network is at fault, not the message: wait and go on, spending no try."""
    if isinstance(error, asyncpg.InterfaceError):
        # asyncpg reports a lost connection and a programming mistake by the same class.
        return "clos" in str(error)
    return isinstance(error, INFRASTRUCTURE) or (isinstance(error, OSError) and _is_unreachable(error))


def _is_unreachable(error: OSError) -> bool:
    # asyncio sums up a host name whose addresses all failed in one plain OSError without a number.
    return error.errno in UNREACHABLE or (error.errno is None and str(error).startswith("Multiple exceptions"))


def hold_seconds(attempt: int) -> float:
    """How long to wait after the n-th such fault in a row, counted from 0."""
    return HOLD_SECONDS[min(attempt, len(HOLD_SECONDS) - 1)]


async def patiently(work: Callable[[], Awaitable[None]]) -> None:
    """Does `work`, from its start again whenever the database or the network was at fault."""
    for attempt in itertools.count():
        try:
            await work()
        except Exception as error:
            if not is_infrastructure(error):
                raise
            log.warning("work_held", error=repr(error), attempt=attempt)
            await asyncio.sleep(hold_seconds(attempt))
        else:
            return
