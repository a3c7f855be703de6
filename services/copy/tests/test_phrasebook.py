"""The phrasebook as a proof-reader sees it: one register a book, no claims, no double honorifics, nothing missing."""

import re
from collections.abc import Iterator
from string import Formatter
from typing import get_args

import pytest

from contracts.values import PlatformName, Register
from copy_service.copywriter import ANGLES
from copy_service.phrasebook import BOOKS
from copy_service.phrasebook.model import KINDS, OBJECTIVES, Kind, Line, Objective, RegisterBook
from copy_service.phrasebook.motifs import MOTIFS, motif_in

REGISTERS: tuple[Register, ...] = get_args(Register)
PLATFORMS: tuple[PlatformName, ...] = get_args(PlatformName)
PRODUCTS: list[tuple[Kind, Objective, PlatformName]] = [
    (kind, objective, platform) for kind in KINDS for objective in OBJECTIVES for platform in PLATFORMS
]
SLOTS = {"product", "brand", "value", "topic", "scene"}
CLAIMS = re.compile(
    r"最高|最上|最大|最安|No\.?1|日本一|世界一|一番|いちばん|絶対|必ず|完璧|唯一|究極|治|効|改善|予防|痩|若返|初の"
)
DOUBLE_HONORIFIC = re.compile(r"(お|ご)[^、。]{1,6}になられ|おっしゃられ|させていただ|ご拝|お[^、。]{1,4}られます")
POLITE_END = re.compile(
    r"(です|ます|ました|ません|でしょう)(か|ね|よね)?$|くださいま?せ?ね?$|ように$|どうぞ$|なく$|後回し$|ひとつ$|こと$"
)


def _pools(book: RegisterBook) -> Iterator[tuple[Line, ...]]:
    for mapping in (book.headlines, book.motif_headlines, book.openings, book.abouts):
        yield from mapping.values()
    yield from (book.values, book.closings, book.habits, book.ctas)


def _sentences(register: Register) -> list[str]:
    book = BOOKS[register]
    pools = (*book.openings.values(), *book.abouts.values(), book.values, book.closings, book.habits)
    texts = [line.text for pool in pools for line in pool]
    texts += [text for motif in MOTIFS for text in getattr(motif, register)]
    return [sentence for text in texts for sentence in re.split(r"(?<=[。？])", text) if sentence]


def _everything(register: Register) -> list[str]:
    return [line.text for pool in _pools(BOOKS[register]) for line in pool] + _sentences(register)


@pytest.mark.parametrize("register", REGISTERS)
def test_every_sentence_is_closed_and_every_slot_is_known(register: Register) -> None:
    assert all(sentence.endswith(("。", "？")) for sentence in _sentences(register))
    assert {name for text in _everything(register) for _, name, _, _ in Formatter().parse(text) if name} <= SLOTS


@pytest.mark.parametrize("register", ["standard", "formal"])
def test_polite_books_end_every_sentence_politely(register: Register) -> None:
    ends = [sentence.rstrip("。？") for sentence in _sentences(register)]
    assert [end for end in ends if not POLITE_END.search(end)] == []


def test_casual_book_never_turns_polite() -> None:
    polite = re.compile(r"です|ます(?!ます)|ません|ください|ございま|いただ")
    assert [text for text in _everything("casual") if polite.search(text)] == []


@pytest.mark.parametrize("register", REGISTERS)
def test_no_phrase_makes_a_claim_or_doubles_an_honorific(register: Register) -> None:
    texts = _everything(register)
    assert [text for text in texts if CLAIMS.search(text) or DOUBLE_HONORIFIC.search(text)] == []


@pytest.mark.parametrize("register", REGISTERS)
def test_every_product_objective_and_platform_has_a_choice_of_phrases(register: Register) -> None:
    book = BOOKS[register]
    for kind, objective, platform in PRODUCTS:
        pools = [*book.headlines.values(), *book.openings.values(), book.abouts[objective], book.closings, book.ctas]
        for pool in pools:
            assert sum(line.suits(kind, objective, platform) for line in pool) >= 2, (kind, objective, platform, pool)
        assert any(line.platforms and line.suits(kind, objective, platform) for line in book.habits)


@pytest.mark.parametrize("register", REGISTERS)
def test_every_angle_has_short_headlines_that_need_no_names(register: Register) -> None:
    for angle in ANGLES:
        free = [line.text for line in BOOKS[register].headlines[angle] if "{" not in line.text]
        assert sum(len(text) <= 20 for text in free) >= 2


@pytest.mark.parametrize("register", REGISTERS)
def test_motif_headlines_fit_a_title_of_twenty(register: Register) -> None:
    for motif in MOTIFS:
        for frame in (line.text for pool in BOOKS[register].motif_headlines.values() for line in pool):
            if "{brand}" not in frame:
                filled = [frame.format(topic=t, scene=s) for t in motif.topics for s in motif.scenes]
                assert max(map(len, filled)) <= 20, filled


def test_first_keyword_in_the_text_decides_the_motif() -> None:
    gift = motif_in("贈りものに、季節感も")
    assert gift
    assert "ギフト" in gift.keywords
    assert motif_in("ロゴを大きく") is None
