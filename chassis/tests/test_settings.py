"""Settings from the environment."""

from typing import ClassVar

import pytest
from pydantic import model_validator

from chassis.errors import SettingsError
from chassis.logs import configure_logs
from chassis.settings import ServiceSettings, known_variables, load

URLS = {"SAISEI_DATABASE_URL": "postgresql://d", "SAISEI_AMQP_URL": "amqp://a", "SAISEI_BLOB_URL": "memory://"}


class ImageSettings(ServiceSettings):
    foreign: ClassVar = {"api_token": "VENDOR_API_TOKEN"}

    api_token: str | None = None
    workers: int = 2


class PairedSettings(ServiceSettings):
    @model_validator(mode="after")
    def _refused(self) -> "PairedSettings":
        raise ValueError("these two do not go together")


def test_services_own_variable_wins_over_the_shared_one():
    environ = URLS | {"SAISEI_POOL_SIZE": "7", "SAISEI_IMAGE_POOL_SIZE": "9"}
    assert load(ImageSettings, "image", environ).pool_size == 9
    assert load(ServiceSettings, "copy", environ).pool_size == 7


def test_empty_variable_counts_as_unset():
    assert load(ImageSettings, "image", URLS | {"SAISEI_IMAGE_POOL_SIZE": ""}).pool_size == 4


def test_vendors_standard_variable_is_read_by_its_own_name():
    environ = URLS | {"VENDOR_API_TOKEN": "t", "SAISEI_API_TOKEN": "x"}
    assert load(ImageSettings, "image", environ).api_token == "t"


@pytest.mark.parametrize(("variable", "value"), [("SAISEI_IMAGE_WORKERS", "many"), ("SAISEI_POOL_SIZE", "0")])
def test_malformed_value_is_an_error_that_names_its_variable(variable, value):
    with pytest.raises(SettingsError, match=variable):
        load(ImageSettings, "image", URLS | {variable: value})


def test_error_does_not_tell_the_value_which_may_be_a_secret():
    with pytest.raises(SettingsError) as caught:
        load(ImageSettings, "image", URLS | {"SAISEI_WORKERS": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_missing_setting_is_an_error_that_names_both_variables():
    with pytest.raises(SettingsError, match="SAISEI_IMAGE_AMQP_URL or SAISEI_AMQP_URL"):
        load(ImageSettings, "image", {name: url for name, url in URLS.items() if "AMQP" not in name})


def test_rule_over_several_fields_is_an_error_that_names_the_service():
    with pytest.raises(SettingsError, match=r"image: .*do not go together"):
        load(PairedSettings, "image", URLS)


def test_level_of_the_logs_is_the_whole_process_and_no_single_services():
    known = known_variables({"image": ImageSettings})
    assert "SAISEI_LOG_LEVEL" in known
    assert "SAISEI_IMAGE_LOG_LEVEL" not in known


def test_unknown_level_of_the_logs_is_an_error_that_names_its_variable():
    with pytest.raises(SettingsError, match="SAISEI_LOG_LEVEL: no level is called LOUD"):
        configure_logs("LOUD")


def test_known_variables_are_those_of_the_services_and_leave_out_vendors():
    known = known_variables({"image": ImageSettings})
    assert {"SAISEI_WORKERS", "SAISEI_IMAGE_WORKERS", "SAISEI_DATABASE_URL"} <= known
    assert "VENDOR_API_TOKEN" not in known
    assert "SAISEI_SERVICE" not in known
