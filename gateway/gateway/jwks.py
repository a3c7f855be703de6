"""The keys that tokens are checked against: a JWKS file, or a URL that is read again for an unknown key id."""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import httpx2
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

FETCH_TIMEOUT = 5.0
REFRESH_AT_MOST_EVERY = 30.0
RETRY_FIRST_FETCH_AFTER = 1.0
GOOD_FOR = 600.0
SIZE_LIMIT = 200_000

log = structlog.get_logger()


class KeysUnavailable(Exception):
    """The key set could not be read, so no token can be checked."""


class KeySource(Protocol):
    """Where public keys come from."""

    async def keys(self, kid: str | None) -> KeySet:
        """The key set that counts now; a source may look for `kid` anew. Raises KeysUnavailable."""
        ...


class FileKeys:
    """Keys out of a file, read anew as soon as it changed, so that a key taken out of it is refused from then on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at: tuple[int, int, int] | None = None
        self._keys: KeySet | None = None

    async def keys(self, kid: str | None) -> KeySet:
        """The file's keys. Raises KeysUnavailable."""
        del kid
        try:
            stat = self._path.stat()
            is_as = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if self._keys is None or self._read_at != is_as:
                self._keys, self._read_at = parse(self._path.read_bytes()), is_as
        except OSError as error:
            raise KeysUnavailable(f"cannot read the JWKS file: {error}") from error
        return self._keys


class UrlKeys:
    """Keys from a URL, good for ten minutes, and longer only while the URL is away.

    An unknown key id asks again, but at most every half minute, whoever sends how many of them.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._keys: KeySet | None = None
        self._fetched_at = self._not_before = clock()
        self._fetching = asyncio.Lock()

    async def keys(self, kid: str | None) -> KeySet:
        """The URL's keys. Raises KeysUnavailable when they were never read."""
        async with self._fetching:
            if self._wants_refresh(kid):
                await self._refresh()
        if self._keys is None:
            raise KeysUnavailable("the JWKS URL did not answer")
        return self._keys

    def _wants_refresh(self, kid: str | None) -> bool:
        now = self._clock()
        lacking = self._keys is None or (kid is not None and not _holds(self._keys, kid))
        return (lacking or now - self._fetched_at > GOOD_FOR) and now >= self._not_before

    async def _refresh(self) -> None:
        self._not_before = self._clock() + REFRESH_AT_MOST_EVERY
        try:
            async with httpx2.AsyncClient(timeout=FETCH_TIMEOUT) as client:
                response = await client.get(self._url, headers={"Accept": "application/json"})
            response.raise_for_status()
            self._keys = parse(response.content)
        except (httpx2.HTTPError, KeysUnavailable) as error:
            # Keys read earlier stay good: an identity provider that is away must not lock everybody out.
            log.warning("jwks_unavailable", error=repr(error))
            if self._keys is None:
                self._not_before = self._clock() + RETRY_FIRST_FETCH_AFTER
            return
        self._fetched_at = self._clock()


def parse(content: bytes) -> KeySet:
    """A key set out of JWKS JSON. Raises KeysUnavailable when it is none."""
    if len(content) > SIZE_LIMIT:
        raise KeysUnavailable("the JWKS is too large")
    try:
        document: Any = json.loads(content)
        public = [key for key in document["keys"] if key.get("kty") in ("RSA", "EC", "OKP")]
        return KeySet.import_key_set({"keys": public})
    except (ValueError, KeyError, TypeError, AttributeError, JoseError) as error:
        raise KeysUnavailable(f"not a JWKS: {error!r}") from error


def _holds(keys: KeySet, kid: str) -> bool:
    return any(key.kid == kid for key in keys.keys)
