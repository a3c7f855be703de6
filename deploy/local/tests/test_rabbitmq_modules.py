"""The folder that a node looks for code in early."""

from saisei_local.embedded import rabbitmq_modules
from saisei_local.embedded.rabbitmq_modules import link_modules


def test_broker_and_what_it_is_built_on_are_linked_and_neither_plugins_nor_what_comes_first_anyway(tmp_path):
    link_modules(tmp_path)
    names = {link.stem for link in tmp_path.iterdir()}
    assert {"rabbit", "rabbit_misc", "ra_server", "mnesia", "ssl"} <= names
    assert not {"rabbit_mgmt_app", "rabbit_shovel", "lists", "gen_server"} & names
    assert all(link.exists() for link in tmp_path.iterdir())


def test_copies_in_the_place_of_links_are_replaced(tmp_path):
    link_modules(tmp_path)
    copied = tmp_path / "rabbit.beam"
    content = copied.read_bytes()
    copied.unlink()
    copied.write_bytes(content)
    link_modules(tmp_path)
    assert copied.is_symlink()


def test_application_of_which_there_are_two_versions_is_left_to_erlang(tmp_path, monkeypatch):
    for name in ("rabbit-1", "ra-1", "ra-2"):
        app = name.partition("-")[0]
        ebin = tmp_path / "plugins" / name / "ebin"
        ebin.mkdir(parents=True)
        (ebin / f"{app}.app").write_text(f"{{application,{app},[{{applications,[ra]}}]}}.")
        (ebin / f"{app}_module.beam").touch()
    monkeypatch.setattr(rabbitmq_modules, "SERVER", tmp_path / "sbin" / "rabbitmq-server")
    monkeypatch.setattr(rabbitmq_modules.shutil, "which", lambda _: None)
    link_modules(tmp_path / "modules")
    assert [link.name for link in (tmp_path / "modules").iterdir()] == ["rabbit_module.beam"]


def test_links_are_renewed_where_the_installed_files_have_moved(tmp_path):
    link_modules(tmp_path)
    fresh = {link.name: link.readlink() for link in tmp_path.iterdir()}
    (tmp_path / "rabbit.beam").unlink()
    (tmp_path / "rabbit.beam").symlink_to("/gone/rabbit.beam")
    (tmp_path / "no_longer.beam").symlink_to("/gone/no_longer.beam")
    link_modules(tmp_path)
    assert {link.name: link.readlink() for link in tmp_path.iterdir()} == fresh
