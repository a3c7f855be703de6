"""`saisei doctor`, with and without an instance."""

import json
import subprocess
import sys

from saisei_local.doctor import examine
from saisei_local.providers import copy_provider, image_provider
from saisei_local.stack import Stack, load_secrets


def _doctor(environment):
    argv = [sys.executable, "-m", "saisei_local", "doctor", "--json"]
    result = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
    return result.returncode, json.loads(result.stdout)


def test_doctor_says_that_nothing_runs(clean_environment):
    status, report = _doctor(clean_environment)
    checks = {check["name"]: check for check in report["checks"]}
    assert status == 1
    assert set(report) == {
        *("gatewayUrl", "databaseUrl", "amqpUrl", "observerAmqpUrl"),
        *("stateDir", "versions", "checks"),
    }
    assert not checks["instance"]["ok"]
    assert "saisei up" in checks["instance"]["detail"]
    assert checks["broker"]["detail"] == "not checked: the instance is not running"


def test_stopped_instance_is_one_bad_line_and_no_noise(clean_environment):
    argv = [sys.executable, "-m", "saisei_local", "doctor"]
    result = subprocess.run(argv, env=clean_environment, capture_output=True, text=True, check=False)
    bad = [line for line in result.stdout.splitlines() if line.startswith("bad")]
    assert len(bad) == 1
    assert "instance: not running" in bad[0]
    assert "not checked: database, broker" in result.stdout
    assert result.stderr == ""


async def test_provider_is_named_with_its_model_and_whether_a_key_is_seen():
    servers = {f"SAISEI_{name}": "x" for name in ("DATABASE_URL", "AMQP_URL", "BLOB_URL")}
    keyed = await copy_provider(servers | {"ANTHROPIC_API_KEY": "sk-secret"})
    assert keyed.startswith("Anthropic, claude-")
    assert "sk-secret" not in keyed
    assert (await image_provider(servers)).startswith("offline twin")


async def test_doctor_finds_running_servers_by_their_urls(state, services, settings):
    with state.lock():
        stack = Stack(settings, state, load_secrets(state), services)
        try:
            stack.launch()
            stack.wait_for_database()
            stack.wait_for_broker()
            report = await examine(settings)
        finally:
            stack.stop()
    ok = {check.name: check.ok for check in report.checks}
    assert ok["instance"]
    assert ok["broker"]
    assert ok["broker as observer"]
    assert not ok["gateway"]
    assert not ok["database"], "the server answers, but nothing has been migrated into it"
    assert report.versions["rabbitmq"]
