"""The two ways in which Japanese text runs."""

from typing import Literal

Writing = Literal["horizontal", "vertical"]
