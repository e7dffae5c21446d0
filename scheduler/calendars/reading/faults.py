"""What can be wrong with one entry. The web words it; nothing here is a sentence."""

from __future__ import annotations

from enum import StrEnum


class Omission(StrEnum):
    """Why an entry was left out."""

    NO_START = "no_start"
    UNREADABLE_START = "unreadable_start"
    TWO_STARTS = "two_starts"
    NO_END = "no_end"
    UNREADABLE_END = "unreadable_end"
    TWO_ENDS = "two_ends"
    ENDS_BEFORE_START = "ends_before_start"
    UNREADABLE_RULE = "unreadable_rule"
    UNREADABLE_DATE = "unreadable_date"
    UNREADABLE_PERIOD = "unreadable_period"
    TOO_OFTEN = "too_often"
    TOO_MANY_QUESTIONS = "too_many_questions"
    SUPERSEDED = "superseded"
    PROPOSAL = "proposal"
    CUT_OFF = "cut_off"
    AVAILABILITY = "availability"


class Fault(Exception):
    """An entry can't be used; `value` is what stands in the file."""

    def __init__(self, why: Omission, value: str = "") -> None:
        super().__init__(why.value)
        self.why = why
        self.value = " ".join(value.split())[:60]


class TooMuchWork(Exception):
    """Following a rule takes more steps than an appointment is worth."""


class Work:
    """Steps that may be taken for one series and for all of a file."""

    def __init__(self, each: int = 200_000, total: int = 2_000_000) -> None:
        self._each = each
        self._total = total
        self._left = 0

    def begin(self) -> None:
        """Begin with another series."""
        self._left = max(0, min(self._each, self._total))

    def spend(self, steps: int) -> None:
        """Take some steps, or raise TooMuchWork."""
        self._left -= steps
        self._total -= steps
        if self._left < 0:
            raise TooMuchWork
