"""Lists of jobs: each filter by itself and all together, and as fast among very many jobs as among few."""

import asyncio
import itertools

import asyncpg
import pytest

from gateway.readmodel.job_store import JobFilter

MANY = 50_000
FILL = """
INSERT INTO jobs (id, campaign_id, team_id, kind, target_id, cascade_id, status, cost_yen, created_at, state)
SELECT id, campaign, $2, kind, target, 'x', status, 0, at,
       jsonb_build_object('id', id, 'campaign_id', campaign, 'team_id', $2::text, 'kind', kind, 'target_id', target,
                          'cascade_id', 'x', 'status', status, 'requested_at', at, 'first_heard_at', at)
FROM (SELECT 'j' || n AS id, 'c' || n % 1000 AS campaign, 'a' || n % 10000 AS target,
             timestamptz '2026-01-01' + n * interval '1 second' AS at,
             CASE WHEN n % 5000 = 7 THEN 'FAILED' WHEN n < 3 THEN 'PENDING' ELSE 'COMPLETED' END AS status,
             CASE WHEN n % 20000 = 7 THEN 'platform_image' WHEN n % 2 = 0 THEN 'image' ELSE 'copy_variant' END AS kind
      FROM generate_series(0, $1::integer - 1) AS n) AS made
"""


@pytest.fixture(scope="module")
def filled(database_url):
    """A team with many jobs in a read model that its planner knows."""

    async def fill():
        connection = await asyncpg.connect(database_url)
        await connection.execute(FILL, MANY, "team-many")
        await connection.execute("ANALYZE jobs")
        await connection.close()

    asyncio.run(fill())


@pytest.fixture
def headers(make_token):
    return {"Authorization": f"Bearer {make_token(team='team-many')}"}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"targetId": "a7"}, [40007, 30007, 20007, 10007, 7]),
        ({"targetId": "a7", "kind": "platform_image"}, [40007, 20007, 7]),
        ({"campaignId": "c7", "status": "FAILED"}, [45007, 40007, 35007, 30007, 25007]),
        ({"status": "PENDING"}, [2, 1, 0]),
        ({"status": "FAILED", "kind": "platform_image"}, [40007, 20007, 7]),
        ({"kind": "platform_image"}, [40007, 20007, 7]),
        ({}, [49999, 49998, 49997, 49996, 49995]),
    ],
)
async def test_list_holds_what_all_given_filters_take_newest_first(client, filled, headers, params, expected):
    seen, cursor = [], {}
    while len(seen) < len(expected):
        page = (await client.get("/api/jobs", params=params | cursor | {"limit": 2}, headers=headers)).json()
        seen += [int(job["id"][1:]) for job in page["items"]]
        cursor = {"cursor": page["nextCursor"]}
        if page["nextCursor"] is None:
            break
    assert seen[: len(expected)] == expected


async def planned(pool, wanted):
    """How a page is looked up when its statement was prepared for whatever values may come."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        await connection.execute(f"PREPARE page AS {wanted.statement}")
        plan = await connection.fetch(f"EXPLAIN EXECUTE page({', '.join(['NULL'] * (4 + len(wanted.given)))})")
        await connection.execute("DEALLOCATE page")
    return [row[0].strip() for row in plan]


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (JobFilter(target_id="a"), "jobs_target"),
        (JobFilter(campaign_id="c"), "jobs_campaign"),
        (JobFilter(status="PENDING"), "jobs_status"),
        (JobFilter(status="PENDING", kind="image"), "jobs_status"),
        (JobFilter(kind="image"), "jobs_team"),
        (JobFilter(), "jobs_team"),
    ],
)
async def test_page_is_read_off_its_index_in_order_whatever_the_values_are(gateway, filled, wanted, index):
    lines = await planned(gateway.database.pool, wanted)
    assert any(f"Index Scan using {index} " in line for line in lines), lines
    assert any(line.startswith("Index Cond:") and "created_at" in line for line in lines), lines
    assert not any("Sort" in line for line in lines), lines


@pytest.mark.parametrize("others", [*itertools.product([None, "x"], repeat=3)])
async def test_whatever_else_is_asked_jobs_of_one_target_are_looked_up_by_it(gateway, filled, others):
    lines = await planned(gateway.database.pool, JobFilter(*others, target_id="a"))
    assert any("jobs_target" in line for line in lines), lines
    assert all(f"({column} = $" in str(lines) for column in JobFilter(*others).given)
