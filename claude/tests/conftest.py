"""The stand-in, and one question to ask it."""

from collections.abc import AsyncIterator

import pytest
from pydantic import BaseModel, ConfigDict

from claude.client import Claude, Question
from claude.testing import Provider


class Answer(BaseModel):
    """What is asked for."""

    model_config = ConfigDict(extra="forbid")

    headline: str
    hashtags: list[str]


@pytest.fixture
async def claude(provider: Provider) -> AsyncIterator[Claude]:
    client = Claude(api_key="test-key", base_url=provider.url, timeout_seconds=5.0)
    yield client
    await client.aclose()


@pytest.fixture(scope="session")
def question() -> Question:
    return Question("見出しをひとつ書いてください。", "桜ほうじ茶ラテ", Answer, 1_000)
