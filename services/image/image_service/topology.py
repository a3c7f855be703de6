"""What the image service reads and writes on the broker."""

from assets.generators import generator_topology
from contracts.image import ImagePromptChanged, ImageRegenerated
from contracts.jobs import JobProgressed

TOPOLOGY = generator_topology("image", (ImageRegenerated.type, ImagePromptChanged.type, JobProgressed.type))
COMMANDS, EVENTS, JOBS, CANCELS = (queue.name for queue in TOPOLOGY.queues)
