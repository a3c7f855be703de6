"""The service as it is composed for an installation."""

from typing import Any

import pytest
from pydantic import SecretStr

from chassis.errors import SettingsError
from chassis.testing import Broker, received, running
from chassis.topology import EVENTS
from contracts.jobs import GeneratorAnnounced
from contracts.qa import QaCompleted, QaReport
from qa_service.app import Settings, create_app, reviewer
from qa_service.rules.ruleset import RULE_SET
from qa_service.topology import TOPOLOGY
from qa_service.wiring import announcement
from saisei_local.provision.broker import declare

from .qa_bench import contents
from .test_qa_on_the_broker import planned_kit

URLS: dict[str, Any] = {"database_url": "postgresql://", "amqp_url": "amqp://", "blob_url": "memory://"}


async def test_service_of_an_installation_judges_by_its_own_rules(install, module_amqp_url):
    await declare(module_amqp_url, [TOPOLOGY])
    urls: dict[str, Any] = {"database_url": install("qa"), "amqp_url": module_amqp_url, "blob_url": "memory://"}
    kit = planned_kit()
    async with Broker.at(module_amqp_url) as broker:
        watched = await broker.watch(EVENTS, QaCompleted.type, GeneratorAnnounced.type)
        async with running(create_app(Settings(service="qa", settle_seconds=0.1, **urls))):
            for event in (kit.created, *contents(kit, "世界一おいしいお茶です。")):
                await broker.tell(event)
            told = {one.type: one.data for one in await received(watched, 2)}
    report = QaReport.model_validate(told[QaCompleted.type]["report"])
    assert (report.rule_set, report.passed, report.sections.legal.passed) == (RULE_SET, False, False)
    announced = GeneratorAnnounced.model_validate(told[GeneratorAnnounced.type])
    assert (announced.kind, announced.offline, announced.yen_per_call) == ("qa", True, 0)


def test_with_a_key_the_announcement_is_of_claude_and_has_a_price():
    settings = Settings(service="qa", anthropic_api_key=SecretStr("a-key"), **URLS)
    told = announcement(asked := reviewer(settings))
    assert (told.provider, told.model, told.offline) == ("anthropic", asked.model, False)
    assert told.yen_per_call == asked.estimate_yen() > 0


@pytest.mark.parametrize("key", [None, SecretStr("a-key")])
def test_model_that_nobody_knows_is_refused_by_its_variable(key):
    with pytest.raises(SettingsError, match="SAISEI_QA_MODEL"):
        reviewer(Settings(service="qa", model="oracle-9", anthropic_api_key=key, **URLS))
