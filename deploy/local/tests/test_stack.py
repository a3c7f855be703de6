"""The embedded servers: they start, keep their data, survive kills and stand side by side."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import aio_pika
import asyncpg
import pytest

from saisei_local.embedded.process import processes_in
from saisei_local.embedded.rabbitmq import EmbeddedRabbit
from saisei_local.provision.broker import declare, queues
from saisei_local.services import SERVICES as NAMES
from saisei_local.settings import LocalSettings
from saisei_local.stack import Stack, amqp_url, load_secrets
from saisei_local.state import StateDir

HOLDER = """
import sys, time
from pathlib import Path
from saisei_local.settings import LocalSettings
from saisei_local.stack import Stack, load_secrets
from saisei_local.state import StateDir
state = StateDir(Path(sys.argv[1]))
stack = Stack(LocalSettings.load({"SAISEI_STATE_DIR": sys.argv[1]}), state, load_secrets(state), ())
stack.launch(); stack.wait_for_database(); stack.wait_for_broker()
print("ready", flush=True)
time.sleep(600)
"""


def _stack(state: StateDir, services=()) -> Stack:
    stack = Stack(LocalSettings.load({"SAISEI_STATE_DIR": str(state.root)}), state, load_secrets(state), services)
    stack.launch()
    stack.wait_for_database()
    stack.wait_for_broker()
    return stack


def _where(state: StateDir, module: str) -> str:
    """The name of the folder that the broker has loaded a module from."""
    ports, cookie = state.instance().ports, load_secrets(state).erlang_cookie
    argv = ["erl_call", "-c", cookie, "-n", "saisei@localhost", "-a", f"code which [{module}]"]
    env = {"PATH": os.environ["PATH"], "HOME": str(state.root), "ERL_EPMD_PORT": str(ports["epmd"])}
    return Path(subprocess.check_output(argv, env=env, text=True).strip('"')).parent.name


def _folders(state: StateDir) -> list[Path]:
    return [state.root / "postgres" / "data", state.root / "rabbitmq"]


def _running(state: StateDir) -> list[int]:
    return [pid for folder in _folders(state) if folder.exists() for pid in processes_in(folder)]


async def _execute(stack: Stack, statement: str):
    assert stack.postgres is not None
    connection = await asyncpg.connect(stack.postgres.url())
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def _put(url: str, queue: str) -> None:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        message = aio_pika.Message(b"kept", delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, queue, mandatory=True)


async def _take(url: str, queue: str) -> bytes:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        message = await (await channel.get_queue(queue)).get(timeout=20)
        await message.ack()
        return message.body


async def test_restart_finds_rows_messages_and_ports(state, services, settings):
    stack = _stack(state, services)
    try:
        ports = state.instance().ports
        await _execute(stack, "CREATE TABLE kept AS SELECT 42 AS answer")
        await _put(amqp_url(settings, load_secrets(state), ports), "image.events")
    finally:
        stack.stop()
    assert _running(state) == []

    stack = _stack(state, services)
    try:
        assert state.instance().ports == ports
        assert await _execute(stack, "SELECT answer FROM kept") == 42
        assert await _take(amqp_url(settings, load_secrets(state), ports), "image.events") == b"kept"
    finally:
        stack.stop()


def test_broker_takes_its_modules_from_the_one_folder(state):
    stack = _stack(state)
    try:
        assert [_where(state, module) for module in ("ra_server", "mnesia", "ssl")] == ["modules"] * 3
    finally:
        stack.stop()


async def test_killed_servers_come_back_with_what_was_committed_and_confirmed(state, services, settings):
    stack = _stack(state, services)
    try:
        url = amqp_url(settings, load_secrets(state), state.instance().ports)
        await _execute(stack, "CREATE TABLE kept AS SELECT 42 AS answer")
        await _put(url, "image.events")
        for pid in stack.pids().values():
            os.kill(pid, signal.SIGKILL)
        _until(lambda: not stack.pids())
        notices = _look_after_until(stack, lambda: len(stack.pids()) == 2)
        assert sorted(notice.split()[0] for notice in notices) == ["postgres", "rabbitmq"]
        stack.wait_for_database()
        stack.wait_for_broker()
        assert await _execute(stack, "SELECT answer FROM kept") == 42
        assert await _take(url, "image.events") == b"kept"
    finally:
        stack.stop()


@pytest.mark.parametrize("over_amqp", [False, True])
async def test_broker_killed_right_after_queues_were_declared_has_them_all(state, services, settings, over_amqp):
    stack = _stack(state, () if over_amqp else services)
    try:
        url = amqp_url(settings, load_secrets(state), state.instance().ports)
        if over_amqp:
            await declare(url, services)
        os.kill(stack.pids()["rabbitmq"], signal.SIGKILL)
        _until(lambda: "rabbitmq" not in stack.pids())
        _look_after_until(stack, lambda: "rabbitmq" in stack.pids())
        stack.wait_for_broker()
        async with await aio_pika.connect(url) as connection:
            channel = await connection.channel()
            for name in queues(services):
                queue = await channel.get_queue(name)
                await queue.cancel(await queue.consume(asyncio.Queue().put))
        await declare(url, services)
    finally:
        stack.stop()


def test_pause_grows_while_a_server_dies_at_each_start(state):
    data = state.root / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("18\n")
    stack = Stack(LocalSettings.load({"SAISEI_STATE_DIR": str(state.root)}), state, load_secrets(state), ())
    stack.launch_database()
    notices: list[str] = []
    try:
        _until(lambda: notices.extend(stack.look_after()) or len(notices) == 3)
    finally:
        stack.stop()
    assert [notice.rpartition("in ")[2] for notice in notices] == ["0.2 s", "0.4 s", "0.8 s"]


def test_two_instances_stand_side_by_side(tmp_path):
    first, second = StateDir(tmp_path / "one"), StateDir(tmp_path / "two")
    stacks = []
    try:
        stacks = [_stack(first), _stack(second)]
        assert not set(first.instance().ports.values()) & set(second.instance().ports.values())
        assert all(len(stack.pids()) == 2 for stack in stacks)
    finally:
        for stack in stacks:
            stack.stop()
    assert _running(first) + _running(second) == []


def test_nothing_outlives_a_supervisor_that_was_killed(state):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(state.root)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"ready\n"
    assert len(_running(state)) >= 3
    holder.kill()
    holder.communicate()
    _until(lambda: not _running(state))


def test_start_right_after_a_killed_supervisor_waits_for_what_is_left(state):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(state.root)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"ready\n"
    ports = state.instance().ports
    holder.kill()
    holder.communicate()
    stack = _stack(state)
    try:
        assert state.instance().ports == ports
    finally:
        stack.stop()


def test_pid_file_that_names_a_foreign_process_does_not_block_the_start(state):
    stack = _stack(state)
    stack.stop()
    (state.root / "postgres" / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n/elsewhere\n")
    stack = _stack(state)
    stack.stop()


def test_only_loopback_is_listened_on(state):
    stack = _stack(state)
    try:
        ports = state.instance().ports
        outside = _listening_beyond_loopback()
        assert not outside & set(ports.values())
    finally:
        stack.stop()


def test_stop_of_a_broker_that_never_started_is_quiet(tmp_path):
    from saisei_local.embedded.rabbitmq import RabbitPorts

    EmbeddedRabbit(tmp_path, RabbitPorts(1, 2, 3), {}, "cookie").stop()


def test_every_service_has_credentials(state):
    secrets = load_secrets(state)
    assert set(NAMES) <= set(secrets.database)
    assert set(NAMES) <= set(secrets.broker)


def _listening_beyond_loopback() -> set[int]:
    found = set()
    for table, loopback in (("tcp", "0100007F"), ("tcp6", "00000000000000000000000001000000")):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            local, status = line.split()[1], line.split()[3]
            address, port = local.rsplit(":", 1)
            if status == "0A" and address != loopback:
                found.add(int(port, 16))
    return found


def _look_after_until(stack: Stack, condition) -> list[str]:
    notices: list[str] = []

    def look() -> bool:
        notices.extend(stack.look_after())
        return condition()

    _until(look)
    return notices


def _until(condition, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail("it did not happen in time")
        time.sleep(0.02)
