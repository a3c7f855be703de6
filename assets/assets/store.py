"""All SQL about assets, their versions and the pieces they rest on."""

from collections.abc import Iterable, Sequence
from typing import Any

from assets.model import Asset, Made, Piece, Version
from contracts.values import InputSet, UpstreamRef, Wanted

INSERT_ASSET = """
INSERT INTO assets (id, team_id, campaign_id, kind, ordinal, platform, variant_label, placement, wanted_revision,
                    wanted_upstream, wanted_parameters)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING
"""
SELECT_ASSET = "SELECT * FROM assets WHERE id = $1"
LOCK_ASSET = "SELECT * FROM assets WHERE id = $1 FOR UPDATE"
LOCK_DEPENDENTS = """
SELECT a.* FROM assets a
WHERE a.wanted_upstream @> ANY (ARRAY(SELECT jsonb_build_object(role, $1::text) FROM unnest($2::text[]) AS role))
ORDER BY a.id FOR UPDATE
"""
SET_WANTED = """
UPDATE assets SET wanted_revision = $2, wanted_upstream = $3, wanted_parameters = $4
WHERE id = $1 AND wanted_revision < $2
"""
SET_VERSION = """
UPDATE assets SET version = greatest(version, $2), applied_seq = greatest(applied_seq, $3) WHERE id = $1
"""
NOTE_EDITED = "UPDATE assets SET edited_seq = newest_seq WHERE id = $1"
NOTE_SEQ = "UPDATE assets SET newest_seq = greatest(newest_seq, $2) WHERE id = $1 RETURNING newest_seq"
SET_PINNED = """
UPDATE assets SET pinned = $2, pinned_revision = pinned_revision + 1 WHERE id = $1 RETURNING pinned_revision
"""
INSERT_VERSION = """
INSERT INTO versions (asset_id, version, sha256, media_type, width, height, bytes, input_hash, inputs, content, prompt,
                      seed, provider, offline, job_id, reason, cause_id, cascade_id, made_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
"""
SELECT_VERSION = "SELECT * FROM versions WHERE asset_id = $1 AND version = $2"
INSERT_CONFIRMATION = """
INSERT INTO confirmations (asset_id, version, input_hash, inputs, reason, cause_id, confirmed_by)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
"""
SELECT_INPUT_HASHES = """
SELECT input_hash FROM versions WHERE asset_id = $1 AND version = $2
UNION SELECT input_hash FROM confirmations WHERE asset_id = $1 AND version = $2
"""
LEARN_PIECE = """
INSERT INTO pieces (id, team_id, version, sha256, content) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE SET version = $3, sha256 = $4, content = $5 WHERE pieces.version < $3
RETURNING true
"""
SELECT_PIECES = "SELECT id, version, sha256, content FROM pieces WHERE id = ANY($1::text[])"


async def insert(conn: Any, asset: Asset) -> None:
    """Adds an asset that was never made; one that is there stays as it is."""
    await conn.execute(
        INSERT_ASSET,
        asset.id,
        asset.team_id,
        asset.campaign_id,
        asset.kind,
        asset.ordinal,
        asset.platform,
        asset.variant_label,
        asset.placement,
        asset.wanted.revision,
        asset.wanted.upstream,
        asset.wanted.parameters,
    )


async def get(conn: Any, asset_id: str) -> Asset | None:
    """One asset."""
    return _asset(await conn.fetchrow(SELECT_ASSET, asset_id))


async def lock(conn: Any, asset_id: str) -> Asset | None:
    """One asset, kept from other writers until the transaction ends."""
    return _asset(await conn.fetchrow(LOCK_ASSET, asset_id))


async def lock_dependents(conn: Any, piece_id: str, roles: Sequence[str]) -> list[Asset]:
    """Assets that want `piece_id` in one of these roles, kept from other writers until the transaction ends.

    Whoever reads pieces afterwards sees what the one before learned.
    """
    return [_some_asset(row) for row in await conn.fetch(LOCK_DEPENDENTS, piece_id, list(roles))]


async def set_wanted(conn: Any, asset_id: str, wanted: Wanted) -> None:
    """Says what the asset would be made from today; an older revision changes nothing."""
    await conn.execute(SET_WANTED, asset_id, wanted.revision, wanted.upstream, wanted.parameters)


async def set_wanted_by_hand(conn: Any, asset_id: str, wanted: Wanted) -> None:
    """The same on a person's word, which is newer than every request so far."""
    await set_wanted(conn, asset_id, wanted)
    await conn.execute(NOTE_EDITED, asset_id)


async def set_version(conn: Any, asset_id: str, version: int, seq: int) -> None:
    """Notes the newest version and the newest request applied; neither ever goes back."""
    await conn.execute(SET_VERSION, asset_id, version, seq)


async def note_seq(conn: Any, asset_id: str, seq: int) -> int:
    """Remembers the newest request heard of; returns it."""
    return await conn.fetchval(NOTE_SEQ, asset_id, seq) or 0


async def set_pinned(conn: Any, asset_id: str, pinned: bool) -> int:
    """Pins or unpins; returns the revision of that word."""
    return await conn.fetchval(SET_PINNED, asset_id, pinned)


async def insert_version(
    conn: Any, asset_id: str, number: int, made: Made, input_hash: str, cause_id: Any, cascade_id: Any, made_by: str
) -> None:
    """Adds an immutable version."""
    await conn.execute(
        INSERT_VERSION,
        asset_id,
        number,
        made.sha256,
        made.media_type,
        made.width,
        made.height,
        made.bytes,
        input_hash,
        made.inputs.model_dump(mode="json"),
        dict(made.content),
        made.prompt,
        made.seed,
        made.provider,
        made.offline,
        made.job_id,
        made.reason,
        cause_id,
        cascade_id,
        made_by,
    )


async def version(conn: Any, asset_id: str, number: int) -> Version | None:
    """One version of an asset."""
    row = await conn.fetchrow(SELECT_VERSION, asset_id, number)
    if row is None:
        return None
    fields: dict[str, Any] = {name: row[name] for name in Version.__dataclass_fields__}
    fields["inputs"] = InputSet.model_validate(row["inputs"])
    return Version(**fields)


async def confirm(
    conn: Any, asset_id: str, number: int, inputs: InputSet, input_hash: str, reason: str, cause_id: Any, by: str
) -> None:
    """Records another input set that confirms a version."""
    await conn.execute(
        INSERT_CONFIRMATION, asset_id, number, input_hash, inputs.model_dump(mode="json"), reason, cause_id, by
    )


async def input_hashes(conn: Any, asset_id: str, number: int) -> set[str]:
    """Every input hash that confirms a version."""
    return {row["input_hash"] for row in await conn.fetch(SELECT_INPUT_HASHES, asset_id, number)}


async def learn(conn: Any, team_id: str, piece: Piece) -> bool:
    """Notes an upstream piece; False when a version as new is known already."""
    return bool(await conn.fetchval(LEARN_PIECE, piece.id, team_id, piece.version, piece.sha256, piece.content))


async def pieces(conn: Any, ids: Iterable[str]) -> dict[str, Piece]:
    """Known upstream pieces by id."""
    return {row["id"]: Piece(**dict(row)) for row in await conn.fetch(SELECT_PIECES, list(ids))}


def refs(known: dict[str, Piece]) -> dict[str, UpstreamRef]:
    """Pieces as they are recorded in input sets."""
    return {piece.id: UpstreamRef(id=piece.id, version=piece.version, sha256=piece.sha256) for piece in known.values()}


def _asset(row: Any) -> Asset | None:
    return None if row is None else _some_asset(row)


def _some_asset(row: Any) -> Asset:
    wanted = Wanted(
        revision=row["wanted_revision"], upstream=row["wanted_upstream"], parameters=row["wanted_parameters"]
    )
    fields = {name: row[name] for name in Asset.__dataclass_fields__ if name != "wanted"}
    return Asset(**fields, wanted=wanted)
