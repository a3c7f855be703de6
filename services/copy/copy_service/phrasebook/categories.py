"""Which category a product belongs to: by its own name, else by the direction."""

import re

from copy_service.phrasebook.care import COSMETICS, FASHION, FLOWERS
from copy_service.phrasebook.drinks import COFFEE, TEA
from copy_service.phrasebook.foods import BREAD, SWEETS
from copy_service.phrasebook.going_out import LEARNING, TRAVEL
from copy_service.phrasebook.model import Category
from copy_service.phrasebook.screens import APP, ONSEN
from copy_service.phrasebook.tools import APPLIANCE, OFFICE, STATIONERY
from copy_service.phrasebook.visits import CAR, EVENT

CATEGORIES: tuple[Category, ...] = (
    COFFEE, TEA, BREAD, SWEETS, COSMETICS, FASHION, FLOWERS, ONSEN, TRAVEL, LEARNING, STATIONERY, APPLIANCE, OFFICE,
    APP, CAR, EVENT,
)  # fmt: skip
_PATTERNS = tuple((category, re.compile(category.pattern, re.IGNORECASE)) for category in CATEGORIES)


def category_of(product: str, direction: str) -> Category | None:
    """The category of this product; None if no word in its name or in the direction tells."""
    return _named_in(product) or _named_in(direction)


def _named_in(text: str) -> Category | None:
    # The head of a Japanese compound stands last: a 「コーヒーゼリー」 is a sweet, and a 「美容家電」 an appliance.
    found = [
        (match.end(), -match.start(), -rank, category)
        for rank, (category, pattern) in enumerate(_PATTERNS)
        for match in pattern.finditer(text)
    ]
    return max(found, key=lambda hit: hit[:3])[3] if found else None
