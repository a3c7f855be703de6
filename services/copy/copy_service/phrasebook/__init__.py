"""The offline copywriter's phrases: Japanese ad copy by register, angle, objective, platform and motif, as data."""

from contracts.values import Register
from copy_service.phrasebook.casual import CASUAL
from copy_service.phrasebook.formal import FORMAL
from copy_service.phrasebook.model import RegisterBook
from copy_service.phrasebook.standard import STANDARD

BOOKS: dict[Register, RegisterBook] = {"casual": CASUAL, "standard": STANDARD, "formal": FORMAL}
