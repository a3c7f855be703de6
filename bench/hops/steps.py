"""The cascade that every contender runs: five hops, each with the same effect row, and one message that ends it."""

from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID, uuid4

from chassis.topology import Queue, ServiceTopology
from contracts.envelope import Envelope, Event
from contracts.values import Sha256

HOPS = 5
EFFECT = "INSERT INTO effects (cascade, hop, sha256) VALUES ($1, $2, $3)"
EFFECTS_TABLE = "CREATE TABLE effects (cascade uuid, hop integer, sha256 text NOT NULL, PRIMARY KEY (cascade, hop))"
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class Step(Event):
    """A fact as large as most of Saisei's own; every hop tells of it under a name of its own."""

    type: ClassVar[str] = ""

    cascade: UUID
    campaign_id: str
    asset_id: str
    version: int
    previous_version: int | None
    sha256: Sha256
    media_type: str
    width: int
    height: int
    prompt: str
    provider: str
    offline: bool


class Step1(Step):
    """Starts the cascade."""

    type: ClassVar[str] = "hop1.due"


class Step2(Step):
    """After the first hop."""

    type: ClassVar[str] = "hop2.due"


class Step3(Step):
    """After the second hop."""

    type: ClassVar[str] = "hop3.due"


class Step4(Step):
    """After the third hop."""

    type: ClassVar[str] = "hop4.due"


class Step5(Step):
    """After the fourth hop."""

    type: ClassVar[str] = "hop5.due"


class Finished(Step):
    """After the last hop."""

    type: ClassVar[str] = "hops.finished"


STEPS: tuple[type[Step], ...] = (Step1, Step2, Step3, Step4, Step5, Finished)
TOPOLOGIES = tuple(
    ServiceTopology(f"hop{hop}", (Queue(f"hop{hop}.steps", events=(STEPS[hop - 1].type,)),), (STEPS[hop].type,))
    for hop in range(1, HOPS + 1)
)
SERVICES = tuple(topology.name for topology in TOPOLOGIES)


def first_step() -> Step1:
    """The fact that starts a cascade of its own."""
    return Step1(
        cascade=uuid4(),
        campaign_id="cmp_4f1c2a7e90b3",
        asset_id="img_7b20d81c6e55",
        version=2,
        previous_version=1,
        sha256=SHA256,
        media_type="image/png",
        width=1536,
        height=1536,
        prompt="木のテーブルに置かれた抹茶ラテ。朝の窓辺、やわらかな光、背景に茶畑。文字は入れない。",
        provider="offline-studio",
        offline=True,
    )


def first_message() -> bytes:
    """The same as CloudEvents bytes, as a service before the first hop would have sent it."""
    step = first_step()
    envelope = Envelope(
        id=uuid4(),
        source="/saisei/bench",
        type=step.type,
        subject=step.asset_id,
        time=datetime.now(UTC),
        dataschema=f"saisei:{step.type}",
        data=step.model_dump(mode="json", by_alias=True),
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        correlationid=step.cascade,
        teamid="team-a",
        actor="editor-1",
    )
    return envelope.model_dump_json(exclude_none=True).encode()
