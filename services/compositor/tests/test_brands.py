"""A changed brand reaches every composite on it, a page at a time and in one cascade."""

import pytest

from assets.testing import brand
from chassis.context import MessageContext
from compositor_service import brands
from compositor_service.brands import follow_brand_further
from compositor_service.store import COMPOSITES_OF_BRAND
from contracts.campaign import BrandUpdated, CampaignDeleted
from contracts.compositor import BrandFollowed, CompositeInvalidated
from contracts.envelope import Envelope

from .compositor_bench import CompositorBench, Kit, kit


@pytest.fixture
async def kits(bench: CompositorBench, monkeypatch) -> list[Kit]:
    """Five campaigns of one brand, of which a page holds two."""
    monkeypatch.setattr(brands, "PAGE", 2)
    first = await bench.rendered()
    kits = [first, *[await bench.rendered(kit(first.brand)) for _ in range(4)]]
    bench.said.clear()
    return sorted(kits, key=lambda made: made.composite)


def _invalidated(bench: CompositorBench) -> list[str]:
    return [one.composite_id for one in bench.told(CompositeInvalidated)]


def _pages(bench: CompositorBench) -> list[Envelope]:
    return [envelope for envelope in bench.said if envelope.type == BrandFollowed.type]


async def _go_on(bench: CompositorBench) -> None:
    """Delivers the newest word on the brand to the compositor itself."""
    envelope = _pages(bench)[-1]
    async with bench.database.transaction(MessageContext.of(envelope)) as tx:
        await follow_brand_further(BrandFollowed.model_validate(envelope.data), tx)


async def test_first_page_is_reconsidered_with_the_news_and_each_further_one_by_itself(bench: CompositorBench, kits):
    composites = [made.composite for made in kits]
    await bench.hear(bench.brand(kits[0], 2, name="茶舗あおば"))
    for done in (2, 4, 5):
        assert _invalidated(bench) == composites[:done]
        [*_, told] = bench.told(BrandFollowed)
        assert told.last == (composites[done - 1] if done < 5 else None)
        if told.last:
            await _go_on(bench)
    for made in kits:
        await bench.settle(made)
        assert await bench.all_fresh(made)


async def test_all_pages_belong_to_one_cascade_and_are_caused_by_what_told_of_the_brand(bench: CompositorBench, kits):
    await bench.hear(bench.brand(kits[0], 2, name="茶舗あおば"))
    first = bench.said[0]
    await _go_on(bench)
    await _go_on(bench)
    assert len(bench.said) == len(kits) + 3
    assert {(one.correlationid, one.causationid) for one in bench.said} == {(first.correlationid, first.causationid)}


async def test_brand_whose_composites_fit_on_one_page_is_followed_in_one_go(bench: CompositorBench):
    made = await bench.rendered()
    await bench.hear(bench.brand(made, 2, name="茶舗あおば"))
    assert [one.last for one in bench.told(BrandFollowed)] == [None]
    assert len(bench.told(CompositeInvalidated, made.composite)) == 2


async def test_word_of_a_brand_that_changes_nothing_is_told_to_be_followed(bench: CompositorBench):
    made = await bench.rendered()
    await bench.hear(BrandUpdated(brand=made.created.brand))
    assert [(one.version, one.last) for one in bench.told(BrandFollowed)] == [(1, None)]
    assert len(bench.told(CompositeInvalidated, made.composite)) == 1


async def test_older_version_of_a_brand_is_followed_no_further_once_a_newer_one_is(bench: CompositorBench, kits):
    await bench.hear(bench.brand(kits[0], 2, name="茶舗あおば"))
    [(older)] = _pages(bench)
    await bench.hear(bench.brand(kits[0], 3, name="茶舗もみじ"))
    bench.said.append(older)
    before = len(_invalidated(bench))
    await _go_on(bench)
    assert len(_invalidated(bench)) == before
    newest = bench.told(BrandFollowed)[-1]
    assert (newest.version, newest.last) == (2, None)


async def test_brand_first_heard_of_with_a_campaign_is_followed_to_its_last_page(bench: CompositorBench, kits):
    other, newer = kit(kits[0].brand), brand(kits[0].brand, 2, name="茶舗あおば")
    await bench.hear(other.created.model_copy(update={"brand": newer}))
    while bench.told(BrandFollowed)[-1].last:
        await _go_on(bench)
    assert {made.composite for made in kits} <= set(_invalidated(bench))


async def test_composites_of_a_deleted_campaign_follow_neither_brand_nor_copy(bench: CompositorBench, kits):
    gone, *others = kits
    await bench.hear(CampaignDeleted(campaign_id=gone.created.campaign_id))
    await bench.hear(CampaignDeleted(campaign_id=gone.created.campaign_id))
    await bench.hear(bench.brand(gone, 2, name="茶舗あおば"))
    while bench.told(BrandFollowed)[-1].last:
        await _go_on(bench)
    await bench.hear(bench.copy(gone, 2, headline="新しい見出し"))
    assert sorted(_invalidated(bench)) == [made.composite for made in others]


async def test_campaign_deleted_before_it_was_heard_of_is_never_rendered(bench: CompositorBench):
    made = kit()
    await bench.hear(CampaignDeleted(campaign_id=made.created.campaign_id))
    await bench.rendered(made)
    assert await bench.versions(made) == [0, 0, 0]


async def test_page_of_a_brands_composites_is_found_by_index(bench: CompositorBench):
    query = COMPOSITES_OF_BRAND.replace("$1", "'b'").replace("$2", "''").replace("$3", "100")
    async with bench.database.pool.acquire() as conn, conn.transaction():
        await conn.execute("SET LOCAL enable_seqscan = off")
        await conn.execute("SET LOCAL enable_sort = off")
        plan = "\n".join(row[0] for row in await conn.fetch(f"EXPLAIN {query}"))
    assert "assets_brand" in plan
    assert "Sort" not in plan
