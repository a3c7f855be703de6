"""What the gateway reads and sends on the broker."""

from chassis.topology import Queue, ServiceTopology

PROJECTION = Queue("gateway.projection", events=("#",))

TOPOLOGY = ServiceTopology(name="gateway", queues=(PROJECTION,), publishes=(), sends_commands=True, reads_replies=True)
