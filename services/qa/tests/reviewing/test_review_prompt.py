"""The instructions define everything that may be said, and hold nothing that a person typed."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from claude.fence import DATA_CLOSE, DATA_OPEN
from claude.registers import REGISTERS
from contracts.qa import SECTIONS
from contracts.values import BlobRef
from qa_service.criteria import CRITERIA
from qa_service.prompting import REGISTER_EXAMPLES, material_prompt, system_prompt
from qa_service.reviewer import Look, ReviewRequest

from .kits import BRAND, kit


def material(request: ReviewRequest) -> dict[str, Any]:
    return json.loads(material_prompt(request).split(DATA_OPEN)[1].split(DATA_CLOSE)[0])


@pytest.mark.parametrize("register", REGISTERS)
def test_every_register_is_defined_with_right_and_wrong(register):
    assert REGISTERS[register] in system_prompt()
    assert REGISTER_EXAMPLES[register] in system_prompt()
    assert {"良い例", "悪い例"} <= set(re.findall("良い例|悪い例", REGISTER_EXAMPLES[register]))


def test_every_rule_word_is_explained_under_its_section():
    listed = system_prompt().split("観点の一覧")[1]
    places = [listed.index(f"■ {section}（") for section in SECTIONS]
    assert places == sorted(places)
    for criterion in CRITERIA:
        section = listed.split(f"■ {criterion.section}（")[1].split("■")[0]
        assert re.search(rf"^- {criterion.rule}［.*{re.escape(criterion.meaning)}$", section, re.MULTILINE)


def test_examples_speak_only_of_known_rules():
    named = set(re.findall(r"（([a-z_]+)）。", "".join(REGISTER_EXAMPLES.values())))
    assert named
    assert named <= {one.rule for one in CRITERIA}


def test_instructions_are_the_same_for_every_kit():
    assert BRAND.name not in system_prompt()
    assert system_prompt() == system_prompt()


def test_material_holds_the_brand_the_brief_and_every_variant_with_its_id():
    told = material(ReviewRequest(kit()))
    assert told["brand"]["tone_description"] == BRAND.tone_description
    assert told["brand"]["colours"]["primary"] == "#2f5d3a"
    assert told["brand"]["banned_terms"] == ["激安", "ヤバい"]
    assert told["brand"]["preferred_terms"] == [{"use": "お客さま", "instead_of": "お客様"}]
    assert told["brief"]["product"] == "桜ほうじ茶ラテ"
    assert [one["id"] for one in told["copy_variants"]] == ["copy-1", "copy-2", "copy-3", "copy-4"]
    assert {one["register"] for one in told["copy_variants"]} == {"standard"}
    assert told["copy_variants"][0]["hashtags"] == "#春のお茶 #ほうじ茶ラテ"


def test_only_pictures_that_are_shown_are_named():
    request = ReviewRequest(kit(), (Look("composite-2", "image/jpeg", b""),))
    assert [one["id"] for one in material(request)["pictures"]] == ["composite-2"]


def test_logo_is_not_told():
    logo = BlobRef(sha256="0" * 64, media_type="image/png", bytes=9)
    brand = BRAND.model_copy(update={"logo": logo})
    assert "logo" not in material(ReviewRequest(replace(kit(), brand=brand)))["brand"]
