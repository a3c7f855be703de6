"""Which modules of which packages are imported alone, and what must not come with them."""

import pytest

from saisei_local.packages import MAY_HAVE, ROOT, Package, find_uv, unwanted, workspace

PACKAGES = {package.name: package for package in workspace(ROOT)}


def test_every_member_of_the_workspace_is_examined():
    folders = {path.parent for path in ROOT.glob("*/pyproject.toml")} | {
        path.parent for pattern in ("services/*", "deploy/*") for path in ROOT.glob(f"{pattern}/pyproject.toml")
    }
    assert {package.folder for package in PACKAGES.values()} == folders


def test_every_module_is_imported_but_migrations_and_entry_points(tmp_path):
    for name in ("__init__", "store", "__main__", "painting/__init__", "painting/sea", "migrations/versions/0001"):
        path = tmp_path / "some_service" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    modules = Package("some", tmp_path, "some_service").modules()
    assert modules == ["some_service", "some_service.painting", "some_service.painting.sea", "some_service.store"]


def test_modules_of_a_service_are_found_in_folders_that_are_no_packages_too():
    assert "gateway.routes.campaigns" in PACKAGES["saisei-gateway"].modules()


@pytest.mark.parametrize(
    ("name", "installed", "expected"),
    [
        ("saisei-copy", {"anthropic", "pydantic"}, []),
        ("saisei-copy", {"anthropic", "pillow"}, ["pillow"]),
        ("saisei-jobs", {"anthropic", "replicate"}, ["anthropic", "replicate"]),
        ("saisei-image", {"pillow", "replicate", "numpy"}, []),
        ("saisei-local", {"anthropic", "pillow", "alembic"}, []),
    ],
)
def test_distribution_in_the_wrong_package_is_named(name, installed, expected):
    assert unwanted(name, installed) == expected


def test_packages_that_may_have_something_exist():
    assert {name for owners in MAY_HAVE.values() for name in owners} <= PACKAGES.keys()


def test_own_uv_is_preferred_to_the_one_on_the_path(tmp_path, monkeypatch):
    on_path, own = tmp_path / "bin/uv", tmp_path / ".tools/uv/bin/uv"
    monkeypatch.setenv("PATH", str(on_path.parent))
    with pytest.raises(FileNotFoundError, match="make setup"):
        find_uv(tmp_path)
    for uv in (on_path, own):
        uv.parent.mkdir(parents=True)
        uv.touch(mode=0o755)
        assert find_uv(tmp_path) == str(uv)
