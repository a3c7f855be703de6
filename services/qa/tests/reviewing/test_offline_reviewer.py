"""What the offline twin is sure of, and what it leaves alone."""

import pytest

from contracts.values import Register
from qa_service.offline_reviewer import OfflineReviewer
from qa_service.reviewer import Claim, ReviewRequest
from qa_service.vetting import vetted

from .kits import kit, words

POLITE = "桜の香りを、お届けします。"
PLAIN = "桜の香り、ためしてみてね。"


async def claims(*changed) -> tuple[Claim, ...]:
    judged = kit(*changed)
    said = (await OfflineReviewer().review(ReviewRequest(judged))).claims
    assert vetted(judged, said).discarded == 0
    return said


async def test_headline_that_another_variant_of_the_platform_has_is_claimed_once():
    (claim,) = await claims(words("copy-2", headline="春を、 ひと口"))
    assert (claim.target, claim.rule, claim.quote) == ("copy-2", "repeated_headline", "春を、 ひと口")
    assert "A案" in claim.description


async def test_headline_of_another_platform_may_be_the_same():
    assert await claims(words("copy-3", headline="春を、ひと口")) == ()


@pytest.mark.parametrize("cta", ["春の新作", "桜ほうじ茶ラテ"])
async def test_button_without_an_action_is_claimed(cta):
    assert [(one.target, one.rule, one.quote) for one in await claims(words("copy-1", cta=cta))] == [
        ("copy-1", "weak_cta", cta)
    ]


@pytest.mark.parametrize(
    "cta",
    [
        "詳しく見る",
        "予約する",
        "今すぐ購入",
        "友だち追加",
        "のぞいてみて",
        "くわしくはこちら",
        "商品ページへ",
        "お試しください",
        "Shop now",
    ],
)
async def test_button_with_an_action_is_left_alone(cta):
    assert await claims(words("copy-1", cta=cta)) == ()


@pytest.mark.parametrize(
    ("register", "first", "second", "drifting"),
    [
        ("standard", POLITE, PLAIN, "copy-2"),
        ("formal", PLAIN, POLITE, "copy-1"),
        ("casual", PLAIN, POLITE, "copy-2"),
    ],
)
async def test_variant_that_speaks_otherwise_than_the_others_is_claimed(
    register: Register, first: str, second: str, drifting: str
):
    said = await claims(words("copy-1", register, body=first), words("copy-2", register, body=second))
    assert [(one.target, one.rule) for one in said] == [(drifting, "register_drift")]
    assert said[0].quote in (first, second)[drifting == "copy-2"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (PLAIN, PLAIN),
        (POLITE, "湯気の向こうに、桜の香り。"),
        (POLITE, PLAIN + POLITE),
        (POLITE, ""),
        ("いいですよね！", POLITE),
    ],
)
async def test_variants_that_cannot_be_told_apart_for_sure_are_left_alone(first: str, second: str):
    assert await claims(words("copy-1", body=first), words("copy-2", body=second)) == ()
