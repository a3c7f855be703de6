"""What the metrics tell of the ledger: every transition once, and what has not ended as it stands."""

import asyncio
import math
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
from prometheus_client import REGISTRY

from chassis.context import MessageContext
from chassis.errors import RetryLater
from chassis.testing import ACTOR, TEAM
from contracts.jobs import (
    CreateRetryIntent,
    ExecuteRetryIntent,
    JobCompleted,
    JobFailed,
    JobRequested,
    JobStarted,
    JobSuperseded,
    RejectRetryIntent,
)
from contracts.values import JobOptions
from jobs_service import ledger, standing
from jobs_service.errors import RetryIntentEnded
from saisei_local.provision.database import with_database


def _value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


class Counted:
    """How much the counters have risen since."""

    def __init__(self) -> None:
        self._before = self._now()

    def since(self) -> dict[tuple[str, ...], float]:
        """By the labels of a series, what was added to it, for those where something was."""
        risen = {key: value - self._before.get(key, 0) for key, value in self._now().items()}
        return {key: value for key, value in risen.items() if value}

    @staticmethod
    def _now() -> dict[tuple[str, ...], float]:
        names = ("saisei_jobs", "saisei_job_failures", "saisei_retry_intents")
        families = [family for family in REGISTRY.collect() if family.name in names]
        samples = [sample for family in families for sample in family.samples if sample.name.endswith("_total")]
        return {tuple(sample.labels.values()): sample.value for sample in samples}


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.fixture
def render() -> dict[str, str]:
    """A free job, as its events name it."""
    return {"job_id": str(uuid4()), "campaign_id": "c", "kind": "platform_image", "target_id": str(uuid4())}


def _request(job) -> JobRequested:
    return JobRequested(**job, seq=1, options=JobOptions(), requested_by=ACTOR, cascade_id=str(uuid4()))


def _ends(job):
    return {
        "COMPLETED": JobCompleted(**job, version=1, sha256="1" * 64, changed=True),
        "FAILED": JobFailed(**job, code="LAYOUT_OVERFLOW", message="文字が入りません"),
        "SUPERSEDED": JobSuperseded(**job, by_seq=2),
    }


@pytest.mark.parametrize("status", ["COMPLETED", "FAILED", "SUPERSEDED"])
async def test_every_transition_is_counted_once_however_often_it_is_told(render, hear, counted, status):
    story = (_request(render), JobStarted(**render, epoch=1), JobStarted(**render, epoch=2), _ends(render)[status])
    for event in (*story, *story):
        await hear(event)
    kind = render["kind"]
    once = {(kind, "PENDING"): 1, (kind, "RUNNING"): 1, (kind, status): 1}
    failures = {(kind, "LAYOUT_OVERFLOW"): 1} if status == "FAILED" else {}
    assert counted.since() == once | failures


async def test_job_that_ends_twice_is_counted_as_what_it_ended_as_first(render, hear, counted):
    await hear(_request(render))
    for status in ("COMPLETED", "FAILED", "SUPERSEDED"):
        await hear(_ends(render)[status])
    assert counted.since() == {(render["kind"], "PENDING"): 1, (render["kind"], "COMPLETED"): 1}


async def test_one_end_told_at_once_by_many_is_counted_once(render, hear, counted):
    await hear(_request(render))
    await asyncio.gather(*(hear(_ends(render)["FAILED"]) for _ in range(8)))
    assert counted.since()[render["kind"], "FAILED"] == 1


async def test_word_that_comes_too_early_is_not_counted(render, hear, counted):
    with pytest.raises(RetryLater):
        await hear(_ends(render)["FAILED"])
    assert counted.since() == {}


async def test_nothing_is_counted_of_a_transaction_that_was_rolled_back(render, hear, database, counted):
    await hear(_request(render))
    with pytest.raises(LookupError):
        await _undone(database, _ends(render)["FAILED"])
    assert counted.since() == {(render["kind"], "PENDING"): 1}


async def _undone(database, event) -> None:
    async with database.transaction(MessageContext(TEAM, ACTOR, uuid4(), uuid4())) as tx:
        await ledger.note_failed(event, tx)
        raise LookupError


async def test_kit_counts_its_jobs_as_they_enter_the_ledger(counted, campaign):
    assert counted.since() == {("copy_variant", "PENDING"): 2, ("image", "PENDING"): 1}


@pytest.fixture
async def doubtful(campaign, hear, database) -> dict[str, str]:
    """An image's job that failed as SPEND_UNKNOWN, as its events name it."""
    image = campaign.kit[2].id
    job_id = await database.pool.fetchval("SELECT id FROM jobs WHERE target_id = $1", image)
    job = {"job_id": job_id, "campaign_id": campaign.campaign_id, "kind": "image", "target_id": image}
    await hear(JobFailed(**job, code="SPEND_UNKNOWN", message="?", cost_yen=6))
    return job


def _approval(job) -> CreateRetryIntent:
    return CreateRetryIntent(source_job_id=job["job_id"], reason_code="INFRA_ERROR", reason_text="障害のため")


async def test_intents_are_counted_by_reason_when_approved_executed_and_rejected(doubtful, do, counted):
    first, second = [(await do(_approval(doubtful)))[0].body["id"] for _ in range(2)]
    await do(ExecuteRetryIntent(intent_id=first))
    await do(RejectRetryIntent(intent_id=second, reason="不要"))
    for refused in (ExecuteRetryIntent(intent_id=second), RejectRetryIntent(intent_id=first, reason="不要")):
        with pytest.raises(RetryIntentEnded):
            await do(refused)
    assert counted.since() == {
        ("PENDING", "INFRA_ERROR"): 2,
        ("CONSUMED", "INFRA_ERROR"): 1,
        ("REJECTED", "INFRA_ERROR"): 1,
        ("image", "PENDING"): 1,
    }


async def test_intent_executed_by_many_at_once_is_counted_once(doubtful, do, counted):
    intent = (await do(_approval(doubtful)))[0].body["id"]
    answers = await asyncio.gather(
        *(do(ExecuteRetryIntent(intent_id=intent)) for _ in range(6)), return_exceptions=True
    )
    assert sum(isinstance(answer, RetryIntentEnded) for answer in answers) == 5
    assert counted.since()["CONSUMED", "INFRA_ERROR"] == 1


def _open(kind: str, status: str) -> tuple[float, float]:
    labels = {"kind": kind, "status": status}
    return _value("saisei_open_jobs", **labels), _value("saisei_open_jobs_oldest_seconds", **labels)


async def test_open_jobs_are_told_with_the_age_of_the_oldest_until_they_end(render, hear, database, sql):
    await standing.tell(database)
    before, _ = _open(render["kind"], "PENDING")
    await hear(_request(render))
    await sql.execute("UPDATE jobs.jobs SET created_at = now() - interval '2 days' WHERE id = $1", render["job_id"])
    await standing.tell(database)
    jobs, oldest = _open(render["kind"], "PENDING")
    assert jobs == before + 1
    assert oldest == pytest.approx(2 * 86400, abs=60)
    await hear(JobStarted(**render, epoch=1))
    await sql.execute("UPDATE jobs.jobs SET started_at = now() - interval '1 day' WHERE id = $1", render["job_id"])
    await standing.tell(database)
    assert _open(render["kind"], "PENDING")[0] == before
    assert _open(render["kind"], "RUNNING")[1] == pytest.approx(86400, abs=60)
    await hear(_ends(render)["COMPLETED"])
    await standing.tell(database)
    assert _open(render["kind"], "RUNNING")[1] < 86400 / 2


@pytest.fixture
async def sql(postgres_admin_url, database_url):
    """The same database for its administrator, who may rewrite history."""
    connection = await asyncpg.connect(with_database(postgres_admin_url, urlsplit(database_url).path.strip("/")))
    yield connection
    await connection.close()


@pytest.mark.parametrize("decision", ["executed", "rejected", "asked for anew"])
async def test_spend_unknown_job_is_told_until_somebody_has_decided(doubtful, campaign, do, ask, database, decision):
    await standing.tell(database)
    waiting = _value("saisei_spend_unknown_jobs", kind="image")
    if decision == "asked for anew":
        await do(ask(campaign, campaign.kit[2], custom_prompt="朝の光"))
    else:
        intent = (await do(_approval(doubtful)))[0].body["id"]
        await standing.tell(database)
        assert _value("saisei_spend_unknown_jobs", kind="image") == waiting
        end = RejectRetryIntent(intent_id=intent, reason="請求あり") if decision == "rejected" else None
        await do(end or ExecuteRetryIntent(intent_id=intent))
    await standing.tell(database)
    assert _value("saisei_spend_unknown_jobs", kind="image") == waiting - 1


async def test_what_cannot_be_looked_at_is_told_as_not_known(database):
    await standing.tell(database)
    assert not math.isnan(_value("saisei_open_jobs", kind="image", status="PENDING"))
    standing.forget()
    assert math.isnan(_value("saisei_open_jobs", kind="image", status="PENDING"))
