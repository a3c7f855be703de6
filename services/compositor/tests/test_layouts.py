"""The layouts that may be chosen."""

from typing import get_args

from compositor_service.imaging.layouts import LAYOUTS
from contracts.values import LayoutId


def test_layouts_that_may_be_named_are_those_that_can_be_set() -> None:
    assert get_args(LayoutId) == tuple(LAYOUTS)
