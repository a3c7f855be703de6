"""The servers that every package's tests share."""

import aio_pika
import asyncpg


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
