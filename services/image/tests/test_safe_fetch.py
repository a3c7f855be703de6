"""The outbound fetch: which addresses it contacts, and that it contacts the address it checked."""

import io
from dataclasses import replace

import httpx2
import pytest
from PIL import Image

from assets.provider_errors import TransientFault
from image_service.decoding import checked_image
from image_service.provider_errors import UntrustworthyOutput
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


async def test_the_byte_limit_is_exact(standin: StandIn) -> None:
    run = standin.world.accept("a/b", {"seed": 1, "width": 64, "height": 64}, "", f"{standin.url}/")
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
