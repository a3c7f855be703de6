"""A kit to review, the stand-in, and both reviewers."""

from collections.abc import AsyncIterator

import pytest

from claude.client import Claude
from claude.testing import Provider
from qa_service.anthropic_reviewer import AnthropicReviewer
from qa_service.offline_reviewer import OfflineReviewer
from qa_service.reviewer import Reviewer


@pytest.fixture
async def anthropic_reviewer(provider: Provider) -> AsyncIterator[AnthropicReviewer]:
    reviewer = AnthropicReviewer(Claude(api_key="test-key", base_url=provider.url, timeout_seconds=5.0))
    yield reviewer
    await reviewer.aclose()


@pytest.fixture(params=["offline", "anthropic"])
def reviewer(request: pytest.FixtureRequest, anthropic_reviewer: AnthropicReviewer) -> Reviewer:
    return OfflineReviewer() if request.param == "offline" else anthropic_reviewer
