"""The outbound fetch: which addresses it contacts, and that it contacts the address it checked."""

import asyncio
import io
from contextlib import suppress
from dataclasses import replace

import httpx2
import pytest
from PIL import Image
from pytest_httpserver import HTTPServer

from assets.provider_errors import TransientFault
from image_service.decoding import checked_image
from image_service.provider_errors import OutputExpired, UntrustworthyOutput
from image_service.safe_fetch import FetchPolicy, is_public, safe_fetch

from .replicate_standin import StandIn

POLICY = FetchPolicy(("replicate.delivery",), ("image/png",), trusted_host="127.0.0.1")


def encoded(kind: str, size: tuple[int, int] = (8, 8), mode: str = "RGB") -> bytes:
    target = io.BytesIO()
    Image.new(mode, size).save(target, kind)
    return target.getvalue()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.9",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
    ],
)
def test_inside_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111"])
def test_outside_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://replicate.delivery/a.png",
        "https://replicate.delivery.evil.example/a.png",
        "https://evilreplicate.delivery/a.png",
        "https://replicate.delivery:8443/a.png",
        "https://user@replicate.delivery/a.png",
        "https://localhost/a.png",
        "ftp://127.0.0.1/a.png",
        "https://2130706433/a.png",
        "https://0x7f.1/a.png",
        "https://[::1]/a.png",
        "https://replicate.delivery@10.0.0.7/a.png",
        "https://replicate.delivery./a.png",
    ],
)
def test_addresses_off_the_allowlist_are_refused(url: str) -> None:
    with pytest.raises(UntrustworthyOutput):
        POLICY.check(httpx2.URL(url))


@pytest.mark.parametrize("url", ["https://replicate.delivery/a.png", "https://pbxt.replicate.delivery/x/a.png"])
def test_the_output_host_and_its_subdomains_are_allowed(url: str) -> None:
    POLICY.check(httpx2.URL(url))


async def test_an_allowed_name_that_resolves_inside_is_refused() -> None:
    async def rebound(_host: str, _port: int) -> list[str]:
        return ["8.8.8.8", "10.0.0.7"]

    with pytest.raises(UntrustworthyOutput, match="inside this network"):
        await safe_fetch("https://pbxt.replicate.delivery/a.png", POLICY, resolver=rebound)


async def test_the_checked_address_is_the_one_contacted(standin: StandIn) -> None:
    """The name resolves nowhere: only pinning can have reached the stand-in."""
    policy = FetchPolicy((), ("text/plain",), trusted_host="outputs.invalid")
    asked: list[str] = []

    async def once(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    port = standin.url.rsplit(":", 1)[1]
    with pytest.raises(UntrustworthyOutput, match="application/json"):
        await safe_fetch(f"http://outputs.invalid:{port}/control/ledger", policy, resolver=once)
    assert asked == ["outputs.invalid"]


async def test_a_name_that_moves_inside_between_two_requests_is_refused_at_the_second(httpserver: HTTPServer) -> None:
    """Rebinding: every hop looks the name up once, and contacts what it looked up or nobody."""
    target = "https://pbxt.replicate.delivery/a.png"
    httpserver.expect_request("/a.png").respond_with_data(status=302, headers={"Location": target})
    policy = replace(POLICY, trusted_host="outputs.invalid")
    asked: list[str] = []

    async def moving(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with pytest.raises(UntrustworthyOutput, match="inside this network"):
        await safe_fetch(f"http://outputs.invalid:{httpserver.port}/a.png", policy, resolver=moving)
    assert asked == ["outputs.invalid", "pbxt.replicate.delivery"]


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.2/a.png",
        "https://127.0.0.2/a.png",
        "http://10.0.0.7/a.png",
        "https://169.254.169.254/latest/meta-data/",
        "//192.168.1.1/a.png",
        "http://[::ffff:10.0.0.7]/a.png",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
    ],
)
async def test_a_redirect_inside_is_refused_before_anyone_is_asked_or_contacted(
    httpserver: HTTPServer, location: str
) -> None:
    httpserver.expect_request("/a.png").respond_with_data(status=302, headers={"Location": location})
    asked: list[str] = []

    async def ask(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with pytest.raises(UntrustworthyOutput, match="Refused to fetch"):
        await safe_fetch(httpserver.url_for("/a.png").replace("localhost", "127.0.0.1"), POLICY, resolver=ask)
    assert asked == ["127.0.0.1"]


async def test_a_body_that_dribbles_without_end_is_given_up_in_time() -> None:
    given_up = asyncio.Event()

    async def dribble(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 1000000\r\n\r\n")
        with suppress(ConnectionError):
            while not writer.is_closing():
                writer.write(b"\x89")
                await writer.drain()
                await asyncio.sleep(0.01)
        writer.close()
        given_up.set()

    server = await asyncio.start_server(dribble, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/a.png"
        with pytest.raises(TransientFault, match="could not be fetched"):
            await safe_fetch(url, replace(POLICY, timeout_seconds=0.3))
        async with asyncio.timeout(10):
            await given_up.wait()


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "application/octet-stream", ""])
async def test_an_output_served_as_something_else_is_not_read(httpserver: HTTPServer, content_type: str) -> None:
    httpserver.expect_request("/a.png").respond_with_data(encoded("PNG"), content_type=content_type)
    with pytest.raises(UntrustworthyOutput, match="not as a picture"):
        await safe_fetch(httpserver.url_for("/a.png").replace("localhost", "127.0.0.1"), POLICY)


@pytest.mark.parametrize("status", [404, 410])
async def test_an_address_that_has_expired_is_told_as_that(httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/a.png").respond_with_data(status=status)
    with pytest.raises(OutputExpired, match="gone"):
        await safe_fetch(httpserver.url_for("/a.png").replace("localhost", "127.0.0.1"), POLICY)


async def test_the_byte_limit_is_exact(standin: StandIn) -> None:
    order = {"input": {"seed": 1, "width": 64, "height": 64}}
    run = standin.world.accept("a/b", order, "", f"{standin.url}/")
    url = f"{standin.url}/outputs/{run['id']}/out-0.png"
    size = len((await safe_fetch(url, POLICY)).data)
    assert len((await safe_fetch(url, replace(POLICY, max_bytes=size))).data) == size
    with pytest.raises(UntrustworthyOutput, match="larger than"):
        await safe_fetch(url, replace(POLICY, max_bytes=size - 1))


async def test_a_name_that_does_not_resolve_can_be_tried_again() -> None:
    async def nowhere(_host: str, _port: int) -> list[str]:
        raise OSError("no such host")

    with pytest.raises(TransientFault):
        await safe_fetch("https://replicate.delivery/a.png", POLICY, resolver=nowhere)


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_still_pictures_of_the_three_formats_are_let_in(kind: str, media_type: str) -> None:
    image = checked_image(encoded(kind), media_type)
    assert (image.width, image.height, image.media_type) == (8, 8, media_type)


def test_a_format_other_than_the_declared_one_is_refused() -> None:
    with pytest.raises(UntrustworthyOutput, match="is JPEG"):
        checked_image(encoded("JPEG"), "image/png")


@pytest.mark.parametrize("side", [7000, 12000, 14000])
def test_a_decompression_bomb_is_refused(side: int) -> None:
    with pytest.raises(UntrustworthyOutput):
        checked_image(encoded("PNG", (side, side), "1"), "image/png")


def test_a_truncated_picture_is_refused() -> None:
    with pytest.raises(UntrustworthyOutput, match="damaged"):
        checked_image(encoded("PNG", (300, 300))[:-40], "image/png")


def test_formats_outside_the_three_are_refused() -> None:
    with pytest.raises(UntrustworthyOutput):
        checked_image(encoded("GIF"), "image/png")
