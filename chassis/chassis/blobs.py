"""Immutable bytes by content hash, in a folder or in memory."""

import hashlib
from urllib.parse import unquote, urlsplit

import obstore
from obstore.store import LocalStore, MemoryStore, ObjectStore

from chassis.errors import SaiseiError, SettingsError


class BlobMissing(SaiseiError):
    """No bytes are stored under this hash."""


class BlobStore:
    """Puts and gets bytes by their SHA-256; putting the same bytes twice is one blob."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    def at(cls, url: str) -> "BlobStore":
        """Opens `file:///folder` or `memory://`. Raises SettingsError for anything else."""
        parts = urlsplit(url)
        if parts.scheme == "file":
            return cls(LocalStore(unquote(parts.path), mkdir=True))
        if parts.scheme == "memory":
            return cls(MemoryStore())
        raise SettingsError(f"SAISEI_BLOB_URL must start with file:// or memory://, not {parts.scheme!r}")

    async def put(self, data: bytes) -> str:
        """Stores bytes; returns their SHA-256 in hex."""
        sha256 = hashlib.sha256(data).hexdigest()
        await obstore.put_async(self._store, _path(sha256), data)
        return sha256

    async def get(self, sha256: str) -> bytes:
        """All bytes of a blob. Raises BlobMissing."""
        try:
            result = await obstore.get_async(self._store, _path(sha256))
            return bytes(await result.bytes_async())
        except FileNotFoundError as error:
            raise BlobMissing(f"no blob {sha256}") from error


def _path(sha256: str) -> str:
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"
