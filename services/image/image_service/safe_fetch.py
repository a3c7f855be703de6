"""Fetching a file from an address that somebody else chose: allowlisted host, pinned public address, bounded."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urljoin

import httpx2

from assets.provider_errors import ProviderError, TransientFault
from image_service.provider_errors import OutputExpired, UntrustworthyOutput

Resolver = Callable[[str, int], Awaitable[list[str]]]

MAX_BYTES = 20 * 1024 * 1024
MAX_REDIRECTS = 3
TRANSITIONAL = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))


async def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """Where files may come from. `hosts` allow their subdomains too and need https and a public address.

    `trusted_host` is the host of a provider base URL that an operator configured: it is allowed whatever it is.
    """

    hosts: tuple[str, ...]
    media_types: tuple[str, ...]
    trusted_host: str | None = None
    max_bytes: int = MAX_BYTES
    timeout_seconds: float = 60.0

    def check(self, url: httpx2.URL) -> None:
        """Raises UntrustworthyOutput unless this address may be contacted."""
        if url.host == self.trusted_host and url.scheme in ("http", "https"):
            return
        if url.scheme != "https" or url.userinfo or url.port not in (None, 443):
            raise UntrustworthyOutput(f"Refused to fetch from {url.scheme}://{url.netloc.decode()}: https only.")
        if not any(url.host == host or url.host.endswith(f".{host}") for host in self.hosts):
            raise UntrustworthyOutput(f"Refused to fetch from {url.host}: not on the allowlist.")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as served. `media_type` has no parameters and is in lower case."""

    data: bytes
    media_type: str


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet, seen through IPv4-mapped and tunnelled forms."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in TRANSITIONAL):
            return False
    return ip.is_global and not ip.is_multicast


async def safe_fetch(url: str, policy: FetchPolicy, *, resolver: Resolver = resolve) -> Fetched:
    """Fetch one file under a policy. Raises OutputExpired, TransientFault or UntrustworthyOutput."""
    try:
        async with asyncio.timeout(policy.timeout_seconds), _client() as client:
            return await _follow(client, url, policy, resolver)
    except (TimeoutError, httpx2.TransportError) as error:
        raise TransientFault(f"The output could not be fetched: {error!r}") from error
    except (httpx2.InvalidURL, UnicodeError) as error:
        raise UntrustworthyOutput("The provider gave an address that is none.") from error


def _client() -> httpx2.AsyncClient:
    # Proxies from the environment would resolve the name themselves and undo the pinning.
    return httpx2.AsyncClient(trust_env=False, follow_redirects=False, timeout=httpx2.Timeout(20.0))


async def _follow(client: httpx2.AsyncClient, url: str, policy: FetchPolicy, resolver: Resolver) -> Fetched:
    for _ in range(MAX_REDIRECTS + 1):
        request = await _pinned(client, httpx2.URL(url), policy, resolver)
        response = await client.send(request, stream=True)
        try:
            if not response.is_redirect:
                return await _read(response, policy)
            url = urljoin(url, response.headers.get("location", ""))
        finally:
            await response.aclose()
    raise UntrustworthyOutput("The output address redirects too often.")


async def _pinned(
    client: httpx2.AsyncClient, url: httpx2.URL, policy: FetchPolicy, resolver: Resolver
) -> httpx2.Request:
    """A request to the checked address itself, so that a second look-up cannot lead elsewhere."""
    policy.check(url)
    try:
        addresses = await resolver(url.host, url.port or (443 if url.scheme == "https" else 80))
    except OSError as error:
        raise TransientFault(f"{url.host} does not resolve.") from error
    if url.host != policy.trusted_host and not all(map(is_public, addresses)):
        raise UntrustworthyOutput(f"{url.host} resolves to an address inside this network.")
    headers = {"Host": url.netloc.decode("ascii"), "Accept-Encoding": "identity"}
    pinned = url.copy_with(host=addresses[0])
    return client.build_request("GET", pinned, headers=headers, extensions={"sni_hostname": url.host})


async def _read(response: httpx2.Response, policy: FetchPolicy) -> Fetched:
    if response.status_code != httpx2.codes.OK:
        raise _refusal(response)
    media_type = response.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type not in policy.media_types:
        raise UntrustworthyOutput(f"The output is served as {media_type or 'nothing'}, not as a picture.")
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > policy.max_bytes:
            raise UntrustworthyOutput(f"The output is larger than {policy.max_bytes} bytes.")
    return Fetched(bytes(body), media_type)


def _refusal(response: httpx2.Response) -> ProviderError:
    status = response.status_code
    if status in (404, 410):
        return OutputExpired(f"The output is gone ({status}).")
    if status == 429 or status >= 500:
        seconds = response.headers.get("retry-after", "")
        return TransientFault(
            f"The output host answered {status}.", retry_after=float(seconds) if seconds.isdigit() else None
        )
    return UntrustworthyOutput(f"The output host answered {status}.")
