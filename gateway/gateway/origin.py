"""Where a request comes from: the person's address behind trusted proxies, and what their client says it is."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

from fastapi import Request

from contracts.envelope import Origin
from gateway.auth import Principal
from gateway.problems import request_id_of

Network = IPv4Network | IPv6Network

LONGEST_AGENT = 400


def origin_of(request: Request, principal: Principal, trusted: Sequence[Network]) -> Origin:
    """What the audit log keeps of a request."""
    peer = request.client.host if request.client else None
    agent = request.headers.get("user-agent", "")
    return Origin(
        role=principal.role,
        address=client_address(peer, request.headers.getlist("x-forwarded-for"), trusted),
        user_agent="".join(character for character in agent if character.isprintable())[:LONGEST_AGENT] or None,
        request_id=request_id_of(request),
    )


def client_address(peer: str | None, forwarded: Sequence[str], trusted: Sequence[Network]) -> str | None:
    """The last address on the way that no trusted proxy vouches for; what stands before it anybody may have written.

    `forwarded` are the X-Forwarded-For headers, in their order.
    """
    hops = [hop.strip() for header in forwarded for hop in header.split(",") if hop.strip()]
    while peer is not None and hops and _within(peer, trusted):
        candidate = hops.pop()
        if _address(candidate) is None:
            return peer
        peer = candidate
    return peer


def _within(address: str, networks: Sequence[Network]) -> bool:
    found = _address(address)
    return found is not None and any(found in network for network in networks if network.version == found.version)


def _address(text: str):
    try:
        return ip_address(text)
    except ValueError:
        return None
