"""Sudachi's dictionary goes when it is unused, and is there again when it is wanted."""

import asyncio
from pathlib import Path

from chassis.testing import eventually
from qa_service.rules import lexicon
from qa_service.rules.reading import Reader

TEXT = "国産の茶葉です"


def test_a_dictionary_that_nobody_uses_is_no_longer_mapped_and_the_next_text_is_read_all_the_same():
    first = Reader().tokens(TEXT)
    assert _mapped()
    lexicon.close_unused(3600.0)
    assert _mapped()
    lexicon.close_unused(0.0)
    assert not _mapped()
    assert Reader().tokens(TEXT) == first


def test_whoever_reads_a_text_at_that_moment_keeps_the_dictionary():
    reader = Reader()
    first = reader.tokens(TEXT)
    lexicon.close_unused(0.0)
    assert [token.surface for token in reader.tokens(TEXT * 2)] == [token.surface for token in first] * 2


async def test_beside_the_service_it_is_closed_by_itself():
    Reader().tokens(TEXT)
    beside = asyncio.create_task(lexicon.close_while_unused(0.01))
    await eventually(lambda: not _mapped())
    beside.cancel()


def _mapped() -> bool:
    return "system.dic" in Path("/proc/self/maps").read_text()
