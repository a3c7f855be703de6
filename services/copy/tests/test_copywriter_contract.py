"""What every copywriter promises: the offline twin, the real one against the stand-in, and the tests' script."""

from collections.abc import Callable

import pytest

from contracts.values import PlatformName
from copy_service.copywriter import Check, CopyRequest, Copywriter

Ask = Callable[..., CopyRequest]
PLATFORMS: tuple[PlatformName, ...] = (
    "instagram", "facebook", "x", "line", "yahoo_japan", "rakuten", "youtube", "tiktok",
)  # fmt: skip


WRITES = pytest.mark.parametrize("copywriter", ["offline", "anthropic"], indirect=True)


@WRITES
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_text_is_whole_and_within_the_platforms_limits(
    copywriter: Copywriter, ask: Ask, check_for: Callable[[PlatformName], Check], platform: PlatformName
) -> None:
    copy = (await copywriter.write(ask(platform=platform))).copy
    assert copy.headline
    assert copy.body
    assert 0 < len(copy.cta) <= 10
    assert check_for(platform)(copy) == []


async def test_hashtags_carry_their_sign_and_no_space(copywriter: Copywriter, ask: Ask) -> None:
    hashtags = (await copywriter.write(ask())).copy.hashtags
    assert hashtags
    assert all(tag.startswith("#") and len(tag) > 1 and not set(tag[1:]) & set(" #＃　") for tag in hashtags)


@WRITES
async def test_same_request_gives_the_same_text(copywriter: Copywriter, ask: Ask) -> None:
    assert (await copywriter.write(ask(seed=7))).copy == (await copywriter.write(ask(seed=7))).copy


@WRITES
async def test_seeds_and_directions_vary_the_text(copywriter: Copywriter, ask: Ask) -> None:
    by_seed = {(await copywriter.write(ask(seed=seed))).copy.model_dump_json() for seed in range(8)}
    directions = (None, "ギフト", "家族", "夏", "夜", "朝")
    by_direction = {(await copywriter.write(ask(direction=d))).copy.model_dump_json() for d in directions}
    assert len(by_seed) >= 4
    assert len(by_direction) >= 3


async def test_costs_are_told_and_free_only_offline(copywriter: Copywriter, ask: Ask) -> None:
    spent = (await copywriter.write(ask())).spent
    paid = not copywriter.offline
    assert (spent.cost_yen > 0) == paid
    assert (spent.provider_id is not None) == paid
    assert (copywriter.estimate_yen() > 0) == paid


async def test_correction_after_a_refused_text_is_another_text(copywriter: Copywriter, ask: Ask) -> None:
    first = (await copywriter.write(ask())).copy
    again = await copywriter.write(ask(previous=first, corrections=("headline: 30 of at most 27",)))
    assert again.copy != first
