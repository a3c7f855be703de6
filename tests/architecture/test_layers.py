"""The import contracts name every package and module that they are about, and allow no exceptions."""

import tomllib
from pathlib import Path
from pkgutil import iter_modules

import contracts
from saisei_local.packages import workspace
from saisei_local.services import PACKAGES

ROOT = Path(__file__).parents[2]
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTRACTS = {contract["name"].partition(" ")[0]: contract for contract in LINTER["contracts"]}


def test_every_package_of_the_workspace_is_linted():
    assert set(LINTER["root_packages"]) == {package.module for package in workspace(ROOT)}


def test_every_package_has_its_layer():
    named = {name.strip() for layer in CONTRACTS["Services"]["layers"] for name in layer.split("|")}
    assert named == set(LINTER["root_packages"])


def test_services_and_the_gateway_share_one_layer_and_are_independent():
    assert " | ".join(sorted(PACKAGES.values())) in CONTRACTS["Services"]["layers"]


def test_every_service_is_layered_inside():
    assert set(CONTRACTS["Inside"]["containers"]) == set(PACKAGES.values()) - {"gateway"}


def test_chassis_is_kept_from_every_contract_but_the_envelope_and_what_every_service_is_asked():
    modules = {module.name for module in iter_modules(contracts.__path__, "contracts.")}
    assert set(CONTRACTS["The"]["forbidden_modules"]) == modules - {"contracts.envelope", "contracts.operations"}


def test_no_import_is_excepted():
    assert not [contract["name"] for contract in LINTER["contracts"] if "ignore_imports" in contract]
