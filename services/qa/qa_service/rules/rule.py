"""What a rule is: its id, where it comes from, examples of right and wrong, and a pure check."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contracts.qa import Section, Severity
from contracts.values import PlatformName
from qa_service.domain import Picture
from qa_service.rules.reading import Reading


@dataclass(frozen=True, slots=True)
class Hit:
    """One place a check objects to. `quote` stands word for word in the field; it is empty for a picture."""

    field: str
    quote: str
    description: str
    suggestion: str


def no_words(_: Reading) -> Iterator[Hit]:
    """The check of a rule that looks at pictures alone."""
    return iter(())


def no_picture(_: Picture) -> Iterator[Hit]:
    """The check of a rule that looks at words alone."""
    return iter(())


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `title`, `rationale`, `source`, `passes` and `fails` are for people, in Japanese.

    `passes` and `fails` are bodies of a variant that is wanted in です・ます on `example_platform`; a rule about
    pictures has none.
    """

    id: str
    section: Section
    severity: Severity
    title: str
    rationale: str
    source: str
    passes: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    example_platform: PlatformName = "youtube"
    check_words: Callable[[Reading], Iterator[Hit]] = no_words
    check_picture: Callable[[Picture], Iterator[Hit]] = no_picture
