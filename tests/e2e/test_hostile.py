"""Hostile requests to the running instance: refused, and its memory stays as it was."""

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from saisei_local.embedded.process import children, memory_bytes
from saisei_local.supervisor import supervised
from tests.e2e.conftest import BRAND, Api, Saisei, until

REQUESTS = 72
GROWTH = 30_000_000
"""Bytes that a second round of the same requests may leave behind: what allocators keep, and no request's own."""
PEAK = 120_000_000
"""Bytes at most at any moment of it: two uploads at once, and far less than any bomb's pixels."""

OPENER = 150_000_000
"""Bytes at most of the process that opens uploads, all in all: far less than any bomb's pixels, too."""

DEEP = b'{"name":' * 100_000
WIDE = b"{" + b",".join(b'"k%d":1' % number for number in range(70_000)) + b"}"
LONG = b'{"name": "' + b"x" * 990_000 + b'"}'

Hostile = Callable[[httpx2.Client, dict[str, str]], httpx2.Response]


def bomb(side: int) -> bytes:
    """A sound PNG of zeros: three bytes a pixel once it is decoded, a thousandth of that as a file."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj()
    pixels = b"".join(packer.compress(b"\0" * (1 + 3 * side)) for _ in range(side)) + packer.flush()
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def posted(body: bytes) -> Hostile:
    headers = {"Content-Type": "application/json"}
    return lambda http, _: http.post("/api/brands", content=body, headers=headers)


def photo(data: bytes) -> Hostile:
    return lambda http, ids: http.post(f"/api/campaigns/{ids['campaign']}/images", files={"photo": ("a.jpg", data)})


def logo(data: bytes) -> Hostile:
    return lambda http, ids: http.put(f"/api/brands/{ids['brand']}/logo", files={"logo": ("a.png", data)})


def token(text: str) -> Hostile:
    return lambda http, _: http.get("/api/brands", headers={"Authorization": f"Bearer {text}"})


@pytest.fixture(scope="module")
def requests() -> dict[str, Hostile]:
    large = bomb(8_000)
    return {
        "deep": posted(DEEP),
        "wide": posted(WIDE),
        "long": posted(LONG),
        "too long": posted(LONG + b" " * 100_000),
        "bomb as photo": photo(large),
        "bomb as logo": logo(large),
        "20 MB photo": photo(b"\xff\xd8\xff" + b"\0" * 19_900_000),
        "photo over its limit": photo(b"\0" * 20_050_000),
        "long token": token("x" * 9_000),
        "other token": token("a.b.c"),
        "nowhere": lambda http, _: http.get(f"/api/campaigns/{'a' * 5_000}"),
        "another method": lambda http, _: http.request("BREW", "/api/brands"),
    }


@pytest.fixture(scope="module")
def ids(saisei: Saisei) -> dict[str, str]:
    api = saisei.api(user="editor-5")
    campaign = api.new_campaign(platforms=["x"])
    # QA judges a new kit by itself, which moves its stream on.
    until(lambda: api.get(f"/api/campaigns/{campaign['id']}/qa")["items"], lambda found: found and found[0]["passed"])
    return {"campaign": campaign["id"], "brand": campaign["brandId"]}


def test_hostile_requests_one_after_the_other_are_refused_and_leave_nothing_behind(
    saisei: Saisei, requests: dict[str, Hostile], ids: dict[str, str]
) -> None:
    api = saisei.api(user="editor-5")
    before = _state(api, ids)
    _send(api.http, requests, ids, REQUESTS // 2)
    with _measured(saisei) as memory:
        _send(api.http, requests, ids, REQUESTS // 2)
    assert _state(api, ids) == before
    assert memory["growth"] < GROWTH
    assert memory["peak"] < PEAK
    assert 0 < memory["opener"] < OPENER
    assert api.post("/api/brands", BRAND)["name"] == BRAND["name"]


def _send(http: httpx2.Client, requests: dict[str, Hostile], ids: dict[str, str], count: int) -> None:
    kinds = list(requests.items())
    for number in range(count):
        name, send = kinds[number % len(kinds)]
        answer = send(http, ids)
        assert 400 <= answer.status_code < 500, f"{name}: {answer.status_code} {answer.text[:200]}"
        assert answer.headers["content-type"] == "application/problem+json", name
        assert len(answer.content) < 20_000, name


def _state(api: Api, ids: dict[str, str]) -> tuple[Any, ...]:
    jobs = api.get("/api/jobs", campaignId=ids["campaign"], limit=100)
    brands = [brand["id"] for brand in api.get("/api/brands", limit=100)["items"]]
    return api.get(f"/api/campaigns/{ids['campaign']}"), api.get(f"/api/brands/{ids['brand']}"), jobs, brands


@contextmanager
def _measured(saisei: Saisei) -> Iterator[dict[str, int]]:
    """How far the memory of the process that serves grew, at its end and at its peak, in bytes.

    `opener`: the peak of the one that opens pictures for it.
    """
    server = supervised(saisei.process.pid)["all"]
    Path(f"/proc/{server}/clear_refs").write_text("5")
    before, found = memory_bytes(server), {}
    yield found
    found |= {"growth": memory_bytes(server) - before, "peak": memory_bytes(server, "VmHWM") - before}
    openers = [pid for pid, argv in children(server).items() if "gateway.cleaning" in argv]
    found["opener"] = max((memory_bytes(pid, "VmHWM") for pid in openers), default=0)
