"""A kit's manifest: which bytes it consists of, as one hash."""

import hashlib
from collections.abc import Mapping


def manifest_hash(contents: Mapping[str, str]) -> str:
    """SHA-256, in hex, of the assets' content hashes by asset id, whatever order they come in.

    What is hashed is one line an asset, sorted by id: the id, a space, the hash in hex, a line feed. Ids hold neither
    spaces nor line feeds, so no two manifests make the same text.
    """
    digest = hashlib.sha256()
    for asset_id in sorted(contents):
        digest.update(f"{asset_id} {contents[asset_id]}\n".encode())
    return digest.hexdigest()
