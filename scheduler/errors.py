"""The errors that services raise. Each message is a sentence for the person, naming the thing."""

from __future__ import annotations


class SchedulerError(Exception):
    """The root; `status` is the HTTP status that the web layer answers with."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(SchedulerError):
    """What was entered can't be used; nothing was changed. `field` names the entry of the form, if one."""

    status = 422

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class NotAllowed(SchedulerError):
    status = 403


class NotFound(SchedulerError):
    status = 404


class Conflict(SchedulerError):
    """Somebody or something else came first: the state is no longer what the request assumed."""

    status = 409


class OtherPerson(Conflict):
    """A form was made for another person than it would count for now: it is not shown again filled in."""


class DoubleBooked(Conflict):
    """A participant, or a table, already has a meeting at an overlapping time in the plan."""


class TooMany(SchedulerError):
    status = 429


class Unavailable(SchedulerError):
    """Another part is busy or missing for the moment; trying again later helps."""

    status = 503
