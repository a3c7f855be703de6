"""The folder that a node looks for code in first."""

from saisei_local.embedded.rabbitmq_modules import link_modules


def test_broker_and_what_it_is_built_on_are_linked_and_neither_plugins_nor_what_comes_first_anyway(tmp_path):
    link_modules(tmp_path)
    names = {link.stem for link in tmp_path.iterdir()}
    assert {"rabbit", "rabbit_misc", "ra_server", "mnesia", "ssl"} <= names
    assert not {"rabbit_mgmt_app", "rabbit_shovel", "lists", "gen_server"} & names
    assert all(link.exists() for link in tmp_path.iterdir())


def test_links_are_renewed_where_the_installed_files_have_moved(tmp_path):
    link_modules(tmp_path)
    fresh = {link.name: link.readlink() for link in tmp_path.iterdir()}
    (tmp_path / "rabbit.beam").unlink()
    (tmp_path / "rabbit.beam").symlink_to("/gone/rabbit.beam")
    (tmp_path / "no_longer.beam").symlink_to("/gone/no_longer.beam")
    link_modules(tmp_path)
    assert {link.name: link.readlink() for link in tmp_path.iterdir()} == fresh
