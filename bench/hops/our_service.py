"""The service of one hop in a process of its own, until SIGTERM: `python -m bench.hops.our_service <hop>`."""

import asyncio
import os
import signal
import sys

import uvloop

from bench.hops.ours import prepare, service, started

DATABASE_URL = "BENCH_SERVICE_DATABASE_URL"


async def _serve(hop: int) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with started([service(hop, os.environ[DATABASE_URL], os.environ["BENCH_AMQP_URL"])]):
        await stop.wait()


if __name__ == "__main__":
    prepare()
    uvloop.run(_serve(int(sys.argv[1])))
