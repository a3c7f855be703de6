"""A brand's logo: hostile and odd files, and the routes that take it in, show it and take it away."""

import hashlib
import io
from uuid import uuid4

import numpy as np
import pytest
from PIL import Image

from contracts.campaign import BrandUpdated, UpdateBrand
from contracts.envelope import Reply
from contracts.values import BlobRef
from gateway.logos import clean
from gateway.pictures import BadPicture
from lineage.canonical import content_hash

GREEN = (30, 90, 60)


def encoded(image, kind="PNG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def decoded(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def mark(size=(400, 200), box=(100, 50, 300, 150), colour=GREEN):
    """A rectangle on transparent ground."""
    image = Image.new("RGBA", size)
    image.paste((*colour, 255), box)
    return image


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "JPEG"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "JPEG"),
        (encoded(Image.new("RGB", (200, 200)), "GIF"), "JPEG"),
        (encoded(Image.new("RGB", (63, 40))), "too small"),
        (encoded(Image.new("RGB", (8001, 1200))), "too large"),
        (encoded(Image.new("L", (6000, 5001))), "30 megapixels"),
        (encoded(Image.new("RGB", (900, 100))), "narrow"),
        (encoded(mark(box=(0, 0, 400, 40))), "narrow"),
        (encoded(mark(box=(10, 10, 60, 50))), "can be seen is too small"),
        (encoded(Image.new("RGBA", (200, 100), (*GREEN, 0))), "wholly transparent"),
        (encoded(Image.effect_noise((300, 300), 90))[:20_000], "damaged"),
    ],
)
def test_what_is_no_usable_logo_is_refused_with_the_reason(data, why):
    with pytest.raises(BadPicture, match=why):
        clean(data)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_animated_logo_is_refused(kind):
    frames = [Image.effect_noise((200, 100), spread).convert("RGB") for spread in (10, 200)]
    with pytest.raises(BadPicture, match="animated"):
        clean(encoded(frames[0], kind, save_all=True, append_images=frames[1:]))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparent_borders_are_trimmed_and_transparency_stays(kind):
    image = mark()
    image.putpixel((150, 80), (0, 0, 0, 0))
    logo = clean(encoded(image, kind, **({"lossless": True} if kind == "WEBP" else {})))
    taken = decoded(logo.data)
    assert (taken.mode, taken.size, logo.media_type) == ("RGBA", (200, 100), "image/png")
    assert (logo.width, logo.height) == taken.size
    assert taken.getpixel((0, 0)) == (*GREEN, 255)
    assert taken.getpixel((50, 30)) == (0, 0, 0, 0)


def test_colours_under_full_transparency_are_not_kept():
    image = Image.new("RGBA", (200, 100), (250, 10, 10, 0))
    image.paste((*GREEN, 255), (0, 0, 80, 100))
    image.paste((*GREEN, 255), (190, 0, 200, 100))
    assert decoded(clean(encoded(image)).data).getpixel((120, 50)) == (0, 0, 0, 0)


def test_opaque_logo_stays_opaque():
    image = decoded(clean(encoded(Image.new("RGB", (300, 100), GREEN), "JPEG", quality=95)).data)
    assert (image.mode, image.size, image.getchannel("A").getextrema()) == ("RGBA", (300, 100), (255, 255))


def test_large_logo_is_reduced_without_a_dark_seam():
    image = mark(size=(4000, 2000), box=(0, 0, 4000, 2000), colour=(255, 255, 255))
    image.paste((0, 0, 0, 0), (1000, 500, 3001, 1501))
    logo = decoded(clean(encoded(image)).data)
    assert logo.size == (1024, 512)
    pixels = np.asarray(logo)
    assert pixels[..., :3][pixels[..., 3] >= 32].min() >= 250


def test_metadata_is_gone():
    exif = Image.Exif()
    exif[0x010F] = "camera of somebody"
    assert b"camera" not in clean(encoded(mark(), exif=exif)).data


@pytest.fixture
async def brand(settled, story, make_envelope):
    await settled(make_envelope(story.brand_created))
    return story.brand


@pytest.fixture
def updates(services, story, make_envelope):
    """A campaign service that changes the story's brand."""
    state = {"brand": story.brand}

    async def answer(command, services):
        logo = command.data["changes"]["logo"]
        profile = state["brand"].profile.model_copy(update={"logo": logo and BlobRef.model_validate(logo)})
        if profile == state["brand"].profile:
            return Reply(status=200, body={"brandId": story.brand.id})
        update = {"version": state["brand"].version + 1, "profile": profile, "sha256": content_hash(profile)}
        state["brand"] = state["brand"].model_copy(update=update)
        event = BrandUpdated(brand=state["brand"])
        told = make_envelope(event, cause=command.id, cascade=command.correlationid, subject=story.brand.id)
        await services.publish(told)
        return Reply(status=200, body={"brandId": story.brand.id}, emitted=(told.id,))

    services.on(UpdateBrand, answer)


def file(data=None):
    return {"logo": ("logo.png", data or encoded(mark()))}


async def test_logo_is_kept_shown_and_served_to_its_team_alone(client, brand, updates, make_token):
    path = f"/api/brands/{brand.id}/logo"
    assert (await client.get(f"/api/brands/{brand.id}")).json()["logo"] is None
    answer = await client.put(path, files=file())
    logo = answer.json()["logo"]
    assert answer.status_code == 200
    assert (logo["mediaType"], logo["width"], logo["height"]) == ("image/png", 200, 100)
    assert (await client.get(f"/api/brands/{brand.id}")).json() == answer.json()
    served = await client.get(logo["url"])
    assert hashlib.sha256(served.content).hexdigest() == logo["sha256"]
    assert (len(served.content), served.headers["content-type"]) == (logo["bytes"], "image/png")
    theirs = {"Authorization": f"Bearer {make_token(team='team-b')}"}
    assert (await client.get(logo["url"], headers=theirs)).status_code == 404
    assert (await client.put(path, files=file(), headers=theirs)).status_code == 404


async def test_logo_is_taken_away_by_a_null_and_a_second_time_nothing_happens(client, brand, updates, services):
    path = f"/api/brands/{brand.id}/logo"
    await client.put(path, files=file())
    gone, again = await client.delete(path), await client.delete(path)
    assert (gone.status_code, gone.json()["logo"], again.json()) == (200, None, gone.json())
    assert services.received[-1].data == {"brandId": brand.id, "changes": {"logo": None}}


async def test_patch_says_nothing_of_the_logo(client, brand, services):
    async def answer(_command, _services):
        return Reply(status=200, body={"brandId": brand.id})

    services.on(UpdateBrand, answer)
    await client.patch(f"/api/brands/{brand.id}", json={"name": "森の紅茶"})
    assert services.received[0].data["changes"] == {"name": "森の紅茶"}
    refused = await client.patch(f"/api/brands/{brand.id}", json={"logo": None})
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "logo")


async def test_same_key_is_the_same_write_and_another_file_under_it_is_refused(client, brand, updates, services):
    path, headers = f"/api/brands/{brand.id}/logo", {"Idempotency-Key": str(uuid4())}
    first, again = [await client.put(path, files=file(), headers=headers) for _ in range(2)]
    other = await client.put(path, files=file(encoded(mark(colour=(1, 2, 3)))), headers=headers)
    assert first.json() == again.json()
    assert len({envelope.id for envelope in services.received}) == 1
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")


async def test_file_that_is_no_logo_is_refused_by_its_field_before_any_command(client, brand, services, make_token):
    path = f"/api/brands/{brand.id}/logo"
    for data in (b"<svg/>", encoded(mark())[:60], encoded(Image.new("RGBA", (200, 100)))):
        told = await client.put(path, files=file(data))
        assert (told.status_code, told.json()["errors"][0]["path"]) == (422, "logo")
    assert (await client.put(path, data={"x": "y"})).status_code == 422
    assert (await client.put(path, files=file(b"\0" * 5_000_001))).status_code == 413
    assert (await client.put("/api/brands/none/logo", files=file())).status_code == 404
    viewer = {"Authorization": f"Bearer {make_token(role='viewer')}"}
    assert (await client.put(path, files=file(), headers=viewer)).status_code == 403
    assert (await client.delete(path, headers=viewer)).status_code == 403
    assert services.received == []
