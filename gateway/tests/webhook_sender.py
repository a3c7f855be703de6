"""Whoever holds a webhook's secret, as the signature scheme has it; written apart from what checks it."""

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Sender:
    """Signs with one secret."""

    secret: str

    def headers(self, body: bytes, webhook_id: str, at: float | None = None) -> dict[str, str]:
        """The headers that go with a body sent at this moment, or at another."""
        timestamp = str(int(time.time() if at is None else at))
        return {
            "webhook-id": webhook_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": self.signature(body, webhook_id, timestamp),
        }

    def signature(self, body: bytes, webhook_id: str, timestamp: str) -> str:
        """One signature, with its version."""
        mac = hmac.new(base64.b64decode(self.secret.split("_")[1]), digestmod=hashlib.sha256)
        mac.update(b".".join((webhook_id.encode(), timestamp.encode(), body)))
        return f"v1,{base64.b64encode(mac.digest()).decode()}"


def new_secret(seed: str) -> str:
    """A secret of the length that Replicate's have."""
    return f"whsec_{base64.b64encode(hashlib.sha256(seed.encode()).digest()[:24]).decode()}"
