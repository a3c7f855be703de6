"""The servers that every package's tests share."""

import subprocess
import sys
import time

import aio_pika
import asyncpg

from saisei_local.embedded.process import processes_in


async def test_each_made_database_is_empty_and_separate(make_database):
    first, second = make_database(), make_database()
    connection = await asyncpg.connect(first)
    await connection.execute("CREATE TABLE only_here (id integer)")
    await connection.close()
    other = await asyncpg.connect(second)
    try:
        assert await other.fetchval("SELECT to_regclass('only_here')") is None
    finally:
        await other.close()


async def test_virtual_hosts_do_not_see_each_others_queues(amqp_url, module_amqp_url):
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        await channel.declare_queue("mine", exclusive=True)
        async with await aio_pika.connect(module_amqp_url) as other:
            elsewhere = await other.channel()
            declared = await elsewhere.declare_queue("mine", exclusive=True)
            assert declared.declaration_result.message_count == 0


def test_servers_of_a_run_end_when_their_owner_is_killed(tmp_path):
    owner = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    argv = [sys.executable, "-m", "saisei_local.embedded.hold", str(tmp_path), str(owner.pid), "/"]
    holder = subprocess.Popen(argv)
    try:
        deadline = time.monotonic() + 30
        while not (tmp_path / "servers.json").exists():
            assert holder.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert processes_in(tmp_path / "rabbitmq")
    finally:
        owner.kill()
        owner.wait()
    assert holder.wait(timeout=30) == 0
    assert processes_in(tmp_path / "rabbitmq") + processes_in(tmp_path / "postgres" / "data") == []
