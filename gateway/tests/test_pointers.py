"""The addresses that a person tries first lead somewhere."""

import re
from pathlib import Path

import pytest

from gateway import problems
from gateway.docs import guide

ROOT = Path(__file__).parents[2]
PLACES = ("services/*/*_service", "chassis/chassis")
REFUSAL = re.compile(r'^    type = "([a-z-]+)"', re.MULTILINE)
PROBLEM = re.compile(r'\btype_="([a-z-]+)"')


def named_types():
    """Every type of a problem that the sources name."""
    errors = [file for place in PLACES for file in ROOT.glob(f"{place}/errors.py")]
    found = [(PROBLEM, file) for file in (ROOT / "gateway/gateway").rglob("*.py")]
    found += [(REFUSAL, file) for file in errors]
    return {name for pattern, file in found for name in pattern.findall(file.read_text(encoding="utf-8"))}


def test_every_type_of_problem_is_explained():
    named = named_types()
    assert {"plan-changed", "retry-required"} <= named
    assert {*problems.TYPES.values(), *named} <= guide.TYPES.keys()


async def test_root_leads_to_the_documentation(client):
    answer = await client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (307, "/docs")


@pytest.mark.parametrize("name", ["invalid", "plan-changed"])
async def test_type_of_a_problem_leads_to_what_is_said_of_it(client, name):
    answer = await client.get(f"/problems/{name}")
    page, _, fragment = answer.headers["Location"].partition("#")
    assert (answer.status_code, page) == (307, "/docs")
    assert f'id="{fragment}"' in (await client.get(page)).text


async def test_type_that_no_problem_has_is_not_found(client):
    assert (await client.get("/problems/nonsense")).status_code == 404
