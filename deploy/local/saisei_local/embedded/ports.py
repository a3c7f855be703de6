"""Free TCP ports on loopback, remembered by whoever asks."""

import random
import socket
from collections.abc import Iterable, Mapping

LOOPBACK = "127.0.0.1"
# Below the kernel's default range for outgoing connections, so that nobody's connection sits on a remembered port.
CANDIDATES = range(18000, 32000)


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback interface now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def choose_ports(names: Iterable[str], remembered: Mapping[str, int]) -> dict[str, int]:
    """One free port a name: the remembered one where it is still free, otherwise a new one."""
    chosen: dict[str, int] = {}
    for name in names:
        known = remembered.get(name)
        chosen[name] = known if known and is_free(known) else _any_free(taken={*chosen.values(), *remembered.values()})
    return chosen


def _any_free(taken: Iterable[int]) -> int:
    for port in random.sample(CANDIDATES, len(CANDIDATES)):
        if port not in taken and is_free(port):
            return port
    raise OSError(f"no free port between {CANDIDATES.start} and {CANDIDATES.stop} on {LOOPBACK}")
