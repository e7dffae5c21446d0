"""Why a calendar as a whole can't be used: a fact with its values, worded where it is shown."""

from __future__ import annotations

from enum import StrEnum


class CalendarProblem(StrEnum):
    """What is wrong with a file or with the address of one."""

    NOTHING = "nothing"
    EMPTY = "empty"
    NO_CALENDAR = "no_calendar"
    WEB_PAGE = "web_page"
    ARCHIVE = "archive"
    CUT_SHORT = "cut_short"
    TOO_LARGE = "too_large"
    TOO_MANY_ENTRIES = "too_many_entries"
    TOO_MANY_TIMES = "too_many_times"

    NO_ADDRESS = "no_address"
    BLANKS = "blanks"
    TOO_LONG = "too_long"
    SCHEME = "scheme"
    PASSWORD = "password"  # noqa: S105 (a name, no secret)
    PORT = "port"
    UNKNOWN_HOST = "unknown_host"
    NOT_PUBLIC = "not_public"
    UNREACHABLE = "unreachable"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    COMPRESSED = "compressed"
    CIRCLE = "circle"


class UnusableCalendar(ValueError):
    """A calendar that can't be used. `host` and `number` say of what, where the problem has one."""

    def __init__(self, problem: CalendarProblem, *, host: str = "", number: int = 0) -> None:
        super().__init__(" ".join(str(part) for part in (problem.value, host, number or "") if part))
        self.problem = problem
        self.host = host
        self.number = number
