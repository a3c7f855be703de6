"""The gateway as the demo uses it: over HTTP, as any other client would."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2

from saisei_local.settings import SettingsError

WAIT_SECONDS = 120.0
POLL_SECONDS = 0.1


class Gateway:
    """One person's calls. A problem that the gateway reports is raised as SettingsError, in its own words."""

    def __init__(self, url: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx2.Client(base_url=url, headers=headers, timeout=30, trust_env=False)

    def close(self) -> None:
        """Ends the connections."""
        self._http.close()

    def get(self, path: str) -> dict[str, Any]:
        """The resource at a path."""
        return self._checked(self._http.get(path)).json()

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Sends a body under an idempotency key of its own; returns the answer."""
        return self._checked(self._posted(path, body)).json()

    def refusal(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The problem that sending a body is answered with. Raises SettingsError when it is not refused."""
        response = self._posted(path, body)
        if response.is_success:
            raise SettingsError(f"POST {path} should have been refused; it was answered with {response.status_code}")
        return response.json()

    def upload(self, path: str, photo: Path) -> dict[str, Any]:
        """Sends a photo."""
        return self._checked(self._http.post(path, files={"photo": (photo.name, _read(photo))})).json()

    def put_logo(self, brand_id: str, logo: Path) -> dict[str, Any]:
        """Gives a brand its logo."""
        files = {"logo": (logo.name, _read(logo))}
        return self._checked(self._http.put(f"/api/brands/{brand_id}/logo", files=files)).json()

    def blob(self, url: str) -> bytes:
        """The bytes of an asset's version."""
        return self._checked(self._http.get(url)).content

    def watch(self, path: str, done: Callable[[dict[str, Any]], bool]) -> Iterator[dict[str, Any]]:
        """The resource again and again until it is done. Raises SettingsError when that takes too long."""
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            resource = self.get(path)
            yield resource
            if done(resource):
                return
            if time.monotonic() > deadline:
                raise SettingsError(f"{path} was not done after {WAIT_SECONDS:.0f} s; see the logs in the state folder")
            time.sleep(POLL_SECONDS)

    def _posted(self, path: str, body: dict[str, Any]) -> httpx2.Response:
        return self._http.post(path, json=body, headers={"Idempotency-Key": str(uuid4())})

    def _checked(self, response: httpx2.Response) -> httpx2.Response:
        if response.is_success:
            return response
        try:
            problem = response.json()
        except ValueError:
            problem = {}
        told = problem.get("detail") or problem.get("title") or response.text[:300]
        fields = "".join(f"\n  {item.get('path')}: {item.get('message')}" for item in problem.get("errors", []))
        raise SettingsError(
            f"{response.request.method} {response.request.url.path}: {response.status_code} {told}{fields}"
        )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from error
