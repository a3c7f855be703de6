"""Which faults are those of the database or the network."""

import errno
import socket

import asyncpg

INFRASTRUCTURE = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InsufficientResourcesError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.ReadOnlySQLTransactionError,
    ConnectionError,
    TimeoutError,
    socket.gaierror,
)
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
