"""Which characters a text may hold.

Refused everywhere is what cannot be kept (NUL, halves of surrogate pairs) and what people cannot see while machines act
on it: control characters, the bidirectional controls that make a text read otherwise than it is written, and tags, in
which orders to a model can hide. What stands in a list on one line takes no line breaks, no marks of direction and no
blanks without width either, and shows at least one character. Joiners stay: emoji and some scripts are made with them.
A hashtag is such a line that begins with its #.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

CONTROLS = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f"
REORDERING = r"\u202a-\u202e\u2066-\u2069"
BREAKS = r"\u0009\u000a\u000d\u2028\u2029"
WIDTHLESS = r"\u00ad\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\ufeff"
BLANK = r"\u0020\u00a0\u115f\u1160\u1680\u2000-\u200d\u202f\u205f\u2800\u3000\u3164\ufe00-\ufe0f\uffa0"

ANY_LINES = rf"^[^{CONTROLS}{REORDERING}]*$"
ANY_VISIBLE_LINES = (
    rf"^[^{CONTROLS}{REORDERING}]*"
    rf"[^{CONTROLS}{REORDERING}{BREAKS}{WIDTHLESS}{BLANK}]"
    rf"[^{CONTROLS}{REORDERING}]*$"
)
ONE_LINE = rf"^[^{CONTROLS}{REORDERING}{BREAKS}{WIDTHLESS}]*$"
ONE_VISIBLE_LINE = (
    rf"^[^{CONTROLS}{REORDERING}{BREAKS}{WIDTHLESS}]*"
    rf"[^{CONTROLS}{REORDERING}{BREAKS}{WIDTHLESS}{BLANK}]"
    rf"[^{CONTROLS}{REORDERING}{BREAKS}{WIDTHLESS}]*$"
)
ONE_HASHTAG = f"^#{ONE_VISIBLE_LINE[1:]}"

FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f")
"""England, Scotland, Wales and their like: a black flag and the region's letters as tags."""

FAULTS: dict[str, str] = {
    r"\u0000": "must not contain the NUL character",
    r"\ud800-\udfff": "must not contain half of a surrogate pair",
    CONTROLS: "must not contain control characters",
    REORDERING: "must not contain characters that reorder the text (bidirectional controls)",
}
FAULTS_IN_A_LINE = FAULTS | {
    BREAKS: "must be one line, without tabs",
    WIDTHLESS: "must not contain characters without width, other than joiners",
}
TAGS = re.compile("[\U000e0000-\U000e007f]")
VISIBLE = re.compile(f"[^{BREAKS}{WIDTHLESS}{BLANK}]")


@dataclass(frozen=True, slots=True)
class Characters:
    """Annotates a string: checked when it comes in, and published as a pattern, except for surrogates and tags."""

    pattern: str
    check: Callable[[str], str]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Checks after everything else."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Adds the pattern."""
        return handler(schema) | {"pattern": self.pattern}


def _checked(faults: dict[str, str], *, visible: bool = False) -> Callable[[str], str]:
    refused = [(re.compile(f"[{characters}]"), message) for characters, message in faults.items()]

    def check(value: str) -> str:
        for characters, message in refused:
            if characters.search(value):
                raise ValueError(message)
        if TAGS.search(FLAG.sub("", value)):
            raise ValueError("must not contain invisible tags, other than in the emoji of a flag")
        if visible and not VISIBLE.search(value):
            raise ValueError("must contain a character that can be seen")
        return value

    return check


def _hashtag(value: str) -> str:
    if not value.startswith("#"):
        raise ValueError("must begin with #")
    _checked(FAULTS_IN_A_LINE, visible=True)(value[1:])
    return value


Storable = Characters(ANY_LINES, _checked(FAULTS))
Visible = Characters(ANY_VISIBLE_LINES, _checked(FAULTS, visible=True))
Line = Characters(ONE_LINE, _checked(FAULTS_IN_A_LINE))
VisibleLine = Characters(ONE_VISIBLE_LINE, _checked(FAULTS_IN_A_LINE, visible=True))
Hashtag = Characters(ONE_HASHTAG, _hashtag)
