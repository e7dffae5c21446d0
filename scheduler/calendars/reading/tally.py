"""What reading a calendar comes to, entry by entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from .entries import Claim, Moment
from .faults import Omission
from .series import Occurrence
from .values import LATEST, Length
from .zones import Zone

_SHOWN = 200
_QUESTIONS = 100


class EntryOutcome(StrEnum):
    """What became of an entry."""

    BUSY = "busy"
    ASKED = "asked"
    FREE = "free"
    OWN = "own"
    OUTSIDE = "outside"
    LEFT_OUT = "left_out"


class ReadingTally:
    """Busy stretches, questions, omissions and remarks, gathered."""

    def __init__(self, window: tuple[datetime, datetime], *, cut: bool) -> None:
        self.window = window
        self.tasks = 0
        self._cut = cut
        self._busy: list[tuple[datetime, datetime]] = []
        self._questions: dict[tuple[str, str, str], None] = {}
        self._own: dict[tuple[str, str], None] = {}
        self._left_out: Counter[tuple[str, str, str, str]] = Counter()
        self._doubts: dict[tuple[str, str, str], None] = {}
        self._counts: Counter[EntryOutcome] = Counter()

    def count(self, outcome: EntryOutcome) -> None:
        """That an entry has come to this."""
        self._counts[outcome] += 1

    def take(self, found: Iterable[Occurrence]) -> EntryOutcome:
        """The occurrences of an entry, as what they claim."""
        outcome = EntryOutcome.FREE
        for occurrence in found:
            entry = occurrence.entry
            if entry.claim is Claim.FREE:
                continue
            self._doubt(entry.doubts)
            if entry.whole_days or entry.claim is Claim.ASK:
                said = (
                    (occurrence.first.isoformat(), occurrence.last.isoformat())
                    if entry.whole_days
                    else (_instant(occurrence.start), _instant(occurrence.end))
                )
                if len(self._questions) >= _QUESTIONS and (entry.title, *said) not in self._questions:
                    self.left_out(Omission.TOO_MANY_QUESTIONS, entry.title, entry.start)
                    return EntryOutcome.LEFT_OUT
                self._questions[(entry.title, *said)] = None
                outcome = EntryOutcome.ASKED if outcome is EntryOutcome.FREE else outcome
            else:
                self._busy.append((occurrence.start, occurrence.end))
                outcome = EntryOutcome.BUSY
        return outcome

    def add(self, start: Moment, length: Length, doubts: tuple[Zone, ...]) -> None:
        """A stretch that a list of busy times names."""
        begin = start.instant
        try:
            end = begin + length.exact + timedelta(days=length.days)
        except OverflowError:
            end = LATEST.replace(tzinfo=UTC)
        if begin < self.window[1] and end > self.window[0]:
            self._doubt(doubts)
            self._busy.append((begin, end))

    def own(self, title: str, occurrence: Occurrence) -> None:
        """An entry of this event itself."""
        self._own[title, _instant(occurrence.start)] = None

    def left_out(self, why: Omission, title: str, start: Moment | None = None, value: str = "") -> None:
        """An entry that can't be used, with its time as far as it is known."""
        when = ""
        if start is not None:
            when = start.clock.date().isoformat() if start.whole_day else _instant(start.instant)
        self._left_out[why.value, title, when, value] += 1

    def _doubt(self, zones: Iterable[Zone]) -> None:
        for zone in zones:
            if zone.doubt is not None:
                self._doubts[zone.doubt.value, zone.written[:80], zone.name] = None

    def answer(self) -> dict[str, Any]:
        """All of it, ready for JSON; omissions on the days that matter first."""
        first, last = (_instant(moment) for moment in self.window)
        omitted = sorted(
            self._left_out.items(),
            key=lambda item: (bool(item[0][2]) and not first <= item[0][2] < last, item),
        )
        return {
            "busy": [(_instant(begin), _instant(end)) for begin, end in self._merged()],
            "questions": sorted(self._questions, key=lambda one: (one[1], one[2], one[0])),
            "own": sorted(self._own, key=lambda one: (one[1], one[0])),
            "left_out": [(*what, number) for what, number in omitted[:_SHOWN]],
            "left_out_more": sum(number for _what, number in omitted[_SHOWN:]),
            "doubts": sorted(self._doubts),
            "counts": {outcome.value: self._counts[outcome] for outcome in EntryOutcome},
            "tasks": self.tasks,
            "cut": self._cut,
        }

    def _merged(self) -> list[tuple[datetime, datetime]]:
        result: list[tuple[datetime, datetime]] = []
        for begin, end in sorted(self._busy):
            begin, end = max(begin, self.window[0]), min(end, self.window[1])
            if begin >= end:
                continue
            if result and begin <= result[-1][1]:
                result[-1] = (result[-1][0], max(end, result[-1][1]))
            else:
                result.append((begin, end))
        return result


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
