"""What one gateway process consists of, started and stopped in the right order."""

from collections.abc import Awaitable, Callable
from functools import partial

from chassis import inbox
from chassis.background import Background
from chassis.batch import BatchConsumer, BatchHandler
from chassis.blobs import BlobStore
from chassis.child import Child
from chassis.commands import CommandClient
from chassis.db import Database
from chassis.deadqueues import DeadQueues
from chassis.depths import DeadLetterDepths
from chassis.health import Check, Health, noted
from chassis.infrastructure import patiently
from chassis.telemetry import shut_down, tracer_provider
from gateway.accesses import Accesses
from gateway.auth import Authenticator
from gateway.jwks import FileKeys, UrlKeys
from gateway.projection.handler import Projection
from gateway.rates import Rates
from gateway.readmodel.reader import CampaignReader
from gateway.settings import Settings
from gateway.signatures import keys_of
from gateway.topology import PROJECTION, TOPOLOGY
from gateway.wakeups import Listener, Wakeups

CLEANED_AT_ONCE = 2
"""A photo of 60 megapixels takes a gigabyte while it is decoded and encoded anew."""

ExtraChecks = Callable[[], Awaitable[list[Check]]]


class Gateway:
    """The parts that routes work with."""

    def __init__(self, settings: Settings, extra_checks: ExtraChecks | None = None) -> None:
        self.settings = settings
        self.tracing = tracer_provider(TOPOLOGY.name)
        self.database = Database(settings.database_url, TOPOLOGY.name, settings.pool_size)
        self.blobs = BlobStore.at(settings.blob_url)
        self.commands = CommandClient(settings.amqp_url, TOPOLOGY.name, settings.command_timeout_seconds)
        self.background = Background()
        self.wakeups = Wakeups()
        self.reader = CampaignReader()
        self.rates = Rates(settings.reads_per_second, settings.writes_per_second)
        self.authenticator = Authenticator(_keys(settings), settings.jwt_issuer, settings.jwt_audience)
        handler = BatchHandler(Projection(self.wakeups).apply)
        self.consumer = BatchConsumer(PROJECTION, handler, self.database, settings.amqp_url, self.tracing)
        self._health = Health(
            TOPOLOGY.name,
            self.database,
            self.consumer,
            self.commands.publish_check,
            settings.outbox_limit_seconds,
            self.background,
        )
        self.accesses = Accesses()
        self.dead_queues = DeadQueues(settings.amqp_url, TOPOLOGY.queues)
        self._depths = DeadLetterDepths(TOPOLOGY.queues)
        self.cleaning = Child("gateway.cleaning", str(CLEANED_AT_ONCE), slots=CLEANED_AT_ONCE)
        self.webhook_keys = _webhook_keys(settings)
        self._extra_checks = extra_checks

    async def start(self) -> None:
        """Opens the database, then consumes, then takes requests."""
        await self.database.open()
        await self.commands.start()
        self._depths.use(self.commands.connection)
        await self.consumer.start()
        listener = Listener(self.settings.database_url, self.wakeups)
        self.background.start("listener", listener.run())
        self.background.start("dead letters", self._depths.observe())
        self.background.start("clean up", patiently(partial(inbox.keep_clean, self.database.pool)))

    async def stop(self) -> None:
        """Ends every stream and wait, then closes what it opened."""
        self.wakeups.close()
        await self.background.stop()
        await self.cleaning.close()
        await self.commands.stop()
        await self.consumer.stop()
        await self._health.stop()
        await self.database.close()
        await shut_down(self.tracing)

    async def checks(self) -> list[Check]:
        """What readiness depends on: the gateway's own checks, then those of services in the same process."""
        extra = await self._extra_checks() if self._extra_checks else []
        return [*await self._health.checks(), self._replies(), *extra]

    def _replies(self) -> Check:
        ok = self.commands.hears_replies()
        detail = "consumed" if ok else "answers to commands do not arrive"
        return noted(Check(name="gateway.replies", ok=ok, detail=detail))


def _keys(settings: Settings) -> FileKeys | UrlKeys:
    if settings.jwks_file is not None:
        return FileKeys(settings.jwks_file)
    assert settings.jwks_url is not None
    return UrlKeys(settings.jwks_url)


def _webhook_keys(settings: Settings) -> tuple[bytes, ...]:
    secret = settings.replicate_webhook_secret
    return keys_of(secret.get_secret_value()) if secret else ()
