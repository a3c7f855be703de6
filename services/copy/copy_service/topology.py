"""What the copy service reads and writes on the broker."""

from assets.generators import generator_topology
from contracts.copy import CopyRegenerated, CopySettingsChanged

TOPOLOGY = generator_topology("copy", (CopyRegenerated.type, CopySettingsChanged.type))
COMMANDS, EVENTS, JOBS, CANCELS = (queue.name for queue in TOPOLOGY.queues)
