"""Which faults are those of the database or the network."""

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
    ConnectionError,
    TimeoutError,
    socket.gaierror,
)


def is_infrastructure(error: BaseException) -> bool:
    """True when the database or the network is at fault, not the message: wait and go on, spending no try."""
    if isinstance(error, asyncpg.InterfaceError):
        # asyncpg reports a lost connection and a programming mistake by the same class.
        return "clos" in str(error)
    return isinstance(error, INFRASTRUCTURE)
