"""Errors by what is to be done about them."""

from typing import Any

from contracts.envelope import Problem


class SaiseiError(Exception):
    """Base of the product's own errors; the message says what happened and what to do."""


class SettingsError(SaiseiError):
    """A setting is missing, unknown or malformed; names it."""


class Poison(SaiseiError):
    """A message that can never be handled, such as bad JSON; tried as often as its queue says, then dead-lettered."""


class RetryLater(SaiseiError):
    """Something this message needs is not here yet; it goes through the delayed retry."""


class TellUser(SaiseiError):
    """A command is refused: the person who sent it gets the problem, and nothing is written."""

    type = "rejected"
    title = "The request was refused"
    status = 409

    def __init__(self, detail: str, **extras: Any) -> None:
        super().__init__(detail)
        self.problem = Problem(type=self.type, title=self.title, status=self.status, detail=detail, extras=extras)


class NotFound(TellUser):
    """What the command names does not exist for this team."""

    type = "not-found"
    title = "Not found"
    status = 404


class Invalid(TellUser):
    """The command's content breaks a rule of the domain."""

    type = "invalid"
    title = "The request is not valid"
    status = 422


class Conflict(TellUser):
    """The command does not fit the present state."""

    type = "conflict"
    title = "The request conflicts with the present state"
    status = 409
