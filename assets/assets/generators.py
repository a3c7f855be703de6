"""What every service has on the broker whose assets a generator makes, and what it tells of that generator."""

from typing import TYPE_CHECKING
from uuid import uuid4

from chassis.context import MessageContext
from chassis.topology import Queue, ServiceTopology
from contracts.assets import AssetAccepted, AssetPinned
from contracts.campaign import BrandCreated, BrandUpdated, CampaignCreated, CampaignUpdated
from contracts.envelope import EVERY_TEAM, AuditRecorded
from contracts.jobs import GeneratorAnnounced, JobCompleted, JobFailed, JobRequested, JobStarted, JobSuperseded

if TYPE_CHECKING:
    from chassis.service import Service

TOLD_OF_JOBS = (JobStarted.type, JobCompleted.type, JobFailed.type, JobSuperseded.type)
TOLD_OF_PEOPLE = (AssetAccepted.type, AssetPinned.type, AuditRecorded.type)
_HEARD = (BrandCreated.type, BrandUpdated.type, CampaignCreated.type, CampaignUpdated.type, JobRequested.type)


def jobs_queue(service: str) -> Queue:
    """Where a service's jobs wait; one that fails unforeseen is tried for half a minute before it is given up."""
    return Queue(f"{service}.jobs", commands=True, tries=10, retry_delay_ms=3000)


def generator_topology(service: str, publishes: tuple[str, ...]) -> ServiceTopology:
    """Queues for commands, events and jobs, in this order; `publishes` names what the service tells of its versions."""
    return ServiceTopology(
        name=service,
        queues=(
            Queue(f"{service}.commands", commands=True),
            Queue(f"{service}.events", events=_HEARD),
            jobs_queue(service),
        ),
        publishes=(*publishes, GeneratorAnnounced.type, *TOLD_OF_PEOPLE, *TOLD_OF_JOBS),
    )


def announce(service: "Service", announced: GeneratorAnnounced) -> None:
    """Has a service tell at every start who makes its assets from then on."""

    async def tell() -> None:
        context = MessageContext(EVERY_TEAM, service.topology.name, correlation_id=uuid4())
        async with service.database.transaction(context) as tx:
            tx.emit(announced, subject=announced.kind)

    service.run_beside("announcement", tell)
