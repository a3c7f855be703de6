"""Signed webhooks, by the scheme of standardwebhooks.com that Replicate follows.

What is signed is `id.timestamp.body`, by HMAC-SHA256 under the secret's base64 part. The time is checked always.
"""

import base64
import hmac
import re
from binascii import Error
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
SIGNED_ID = r"^[A-Za-z0-9_-]{1,100}$"
"""No full stop: it parts what is signed, and must not be movable from one part to the next."""

SIGNED_AT = r"^[0-9]{1,12}$"
TOLERANCE_SECONDS = 300
PREFIX = "whsec_"
SHORTEST_KEY = 16
VERSION = "v1"


class NotSigned(Exception):
    """The request is not what the holder of the secret sent just now; the message says why."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What the headers of a signed request say, its time within the tolerance. The body is yet to be checked."""

    id: str
    timestamp: str
    signatures: tuple[str, ...]

    @classmethod
    def of(cls, headers: Mapping[str, str], now: float) -> "Signed":
        """The headers, well formed and of this time (`now` in seconds since 1970). Raises NotSigned."""
        given = {name: headers.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE)}
        if missing := [name for name, value in given.items() if not value]:
            raise NotSigned(f"there is no header {' and no header '.join(missing)}")
        if not re.fullmatch(SIGNED_ID, given[ID]):
            raise NotSigned(f"{ID} is malformed")
        if not re.fullmatch(SIGNED_AT, given[TIMESTAMP]):
            raise NotSigned(f"{TIMESTAMP} is no number of seconds since 1970")
        if abs(now - int(given[TIMESTAMP])) > TOLERANCE_SECONDS:
            raise NotSigned(f"{TIMESTAMP} is more than {TOLERANCE_SECONDS} s away from the time here")
        return cls(given[ID], given[TIMESTAMP], tuple(given[SIGNATURE].split()))

    def check(self, body: bytes, keys: Iterable[bytes]) -> None:
        """Raises NotSigned unless one of the signatures was made of this body with one of these keys."""
        content = f"{self.id}.{self.timestamp}.".encode() + body
        right = [f"{VERSION},{base64.b64encode(hmac.digest(key, content, 'sha256')).decode()}" for key in keys]
        given = [one.encode() for one in self.signatures]
        # Each is compared with each, so that the time it takes tells nothing of which was near.
        matches = [hmac.compare_digest(one, other.encode()) for one in given for other in right]
        if not any(matches):
            raise NotSigned(f"{SIGNATURE} holds no signature of this body by a secret that is set here")


def keys_of(secrets: str) -> tuple[bytes, ...]:
    """The keys of one secret, or of several parted by commas while one replaces another. Raises ValueError."""
    return tuple(_key(secret.strip()) for secret in secrets.split(","))


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except Error:
        key = b""
    # A short key could be guessed; an empty one would let anybody sign.
    if not secret.startswith(PREFIX) or len(key) < SHORTEST_KEY:
        raise ValueError(f"must be {PREFIX} and a base64 text, as Replicate gives it; several are parted by commas")
    return key
