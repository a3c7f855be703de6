"""The import contracts name every package and module that they are about, and allow no exceptions."""

import re
import tomllib
from importlib.metadata import packages_distributions, requires
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


def requirements(package: str) -> set[str]:
    """The distributions that a distribution names as its own requirements."""
    return {re.split(r"[^\w.-]", each)[0] for each in requires(package) or ()}


def test_gateway_and_ledger_are_kept_from_every_generator_and_from_what_only_generators_are_made_of():
    makers = {name for name in PACKAGES if "saisei-assets" in requirements(f"saisei-{name}")}
    made_of = set().union(*(requirements(f"saisei-{name}") for name in makers))
    elsewhere = set().union(*(requirements(f"saisei-{name}") for name in ("gateway", "jobs", "campaign", "chassis")))
    modules = {module for module, owners in packages_distributions().items() if (made_of - elsewhere) & set(owners)}
    forbidden = set(CONTRACTS["Generators"]["forbidden_modules"])
    assert makers == {"copy", "image", "compositor", "qa"}
    assert {"anthropic", "replicate", "numpy"} <= modules
    assert forbidden >= modules | {"assets", *(PACKAGES[name] for name in makers)}
    assert CONTRACTS["Generators"]["source_modules"] == ["gateway", "jobs_service"]


def test_nothing_is_allowed_by_a_detour():
    detours = {name for name, contract in CONTRACTS.items() if contract.get("allow_indirect_imports")}
    assert detours == {"The"}


def test_chassis_is_kept_from_every_contract_but_the_envelope_and_what_every_service_is_asked():
    modules = {module.name for module in iter_modules(contracts.__path__, "contracts.")}
    assert set(CONTRACTS["The"]["forbidden_modules"]) == modules - {"contracts.envelope", "contracts.operations"}


def test_no_import_is_excepted():
    assert not [contract["name"] for contract in LINTER["contracts"] if "ignore_imports" in contract]
