"""Immutable bytes by their hash."""

import hashlib
from pathlib import Path

import pytest

from chassis.blobs import BlobMissing, BlobStore
from chassis.errors import SettingsError

DATA = bytes(range(256)) * 40
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    return BlobStore.at("memory://" if request.param == "memory" else (tmp_path / "a" / "blobs").as_uri())


async def test_bytes_come_back_by_their_hash(store):
    assert await store.put(DATA) == SHA256
    assert await store.get(SHA256) == DATA


async def test_same_bytes_are_one_blob(tmp_path):
    store = BlobStore.at(tmp_path.as_uri())
    assert await store.put(DATA) == await store.put(DATA)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [SHA256]


async def test_missing_blob_is_an_error_that_names_it(store):
    with pytest.raises(BlobMissing, match=SHA256):
        await store.get(SHA256)


async def test_folder_with_a_space_and_japanese_is_used_under_its_own_name(tmp_path):
    folder = tmp_path / "作業 一"
    await BlobStore.at(folder.as_uri()).put(DATA)
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [SHA256]
    assert [path.name for path in tmp_path.iterdir()] == ["作業 一"]


def test_unknown_scheme_is_an_error_that_names_the_setting():
    with pytest.raises(SettingsError, match="SAISEI_BLOB_URL"):
        BlobStore.at("ftp://somewhere")
