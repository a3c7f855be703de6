"""The stand-in's webhooks: signed as Replicate signs, sent once, more often, early, late or never, as the test says."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2

SECRET = f"whsec_{base64.b64encode(b'the stand-in signs so: 24').decode()}"
TRIES = 60
BETWEEN_TRIES = 0.2


@dataclass(frozen=True)
class Telling:
    """How often a run's end is told by itself, and after how many seconds it comes; None waits until it is asked for.

    Only runs that were ordered with a webhook go by this; all others move on when they are asked about.
    """

    times: int = 1
    run_seconds: float | None = 0.3


@dataclass(frozen=True)
class Webhook:
    """One thing told: `age` is how many seconds ago it was signed."""

    url: str
    run: dict[str, Any]
    id: str = ""
    secret: str = SECRET
    age: float = 0.0

    async def send(self) -> int:
        """Sends it once; the status of the answer."""
        body = json.dumps(self.run).encode()
        async with httpx2.AsyncClient(trust_env=False, timeout=20) as http:
            answer = await http.post(self.url, content=body, headers=self._headers(body))
        return answer.status_code

    async def send_until_taken(self) -> None:
        """Sends it again and again, under the same id, until it is taken or it has been tried often enough."""
        for _ in range(TRIES):
            try:
                if await self.send() == 200:
                    return
            except httpx2.TransportError:
                pass
            await asyncio.sleep(BETWEEN_TRIES)

    def _headers(self, body: bytes) -> dict[str, str]:
        timestamp, webhook_id = str(int(time.time() - self.age)), self.id or new_id()
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        signature = hmac.digest(key, f"{webhook_id}.{timestamp}.".encode() + body, hashlib.sha256)
        return {
            "content-type": "application/json",
            "webhook-id": webhook_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
        }


def new_id() -> str:
    """As Replicate names what it tells."""
    return f"msg_{uuid4().hex}"
