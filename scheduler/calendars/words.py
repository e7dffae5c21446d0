"""The words that stand in calendar files, so that the writer speaks the reader's language without knowing
gettext.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Words:
    """Every phrase of a calendar file; the fields in braces are filled by the writer."""

    cancelled: str = "Cancelled: {title}"
    walk: str = "Walk to {pavilion} ({minutes} min)"
    walk_before: str = "Walk: {minutes} min before"
    busy: str = "Busy"
    untitled: str = "Meeting"
    place: str = "Where: {place}"
    place_open: str = "The place is not fixed yet."
    names: str = "Who goes: {names}"
    partners: str = "With: {partners}"
    when: str = "When: {when} ({zone})"
    updated: str = "Updated: {when}. Calendar programs may be hours behind; the page is not."
    cancelled_note: str = "This was cancelled. It disappears from the calendar when its time is past."
    weekdays: tuple[str, ...] = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months: tuple[str, ...] = (
        *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
        *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    )
    day: str = "{weekday} {day} {month}"

    def moment(self, moment: datetime, zone: ZoneInfo) -> str:
        """An instant as people say it in a zone: `Tue 7 Nov, 10:30`."""
        local = moment.astimezone(zone)
        return f"{self._day(local)}, {local:%H:%M}"

    def span(self, start: datetime, end: datetime, zone: ZoneInfo) -> str:
        """Two instants as people say them: `Tue 7 Nov, 10:30-10:55`; the second day only when it is
        another.
        """
        first, last = start.astimezone(zone), end.astimezone(zone)
        if first.date() == last.date():
            return f"{self._day(first)}, {first:%H:%M}-{last:%H:%M}"
        return f"{self._day(first)}, {first:%H:%M} - {self._day(last)}, {last:%H:%M}"

    def days(self, days: Sequence[date]) -> str:
        """One day as people say it, or the first and the last of several; empty for none."""
        if not days:
            return ""
        first, last = self._day(days[0]), self._day(days[-1])
        return first if first == last else f"{first} - {last}"

    def _day(self, local: date) -> str:
        return self.day.format(
            weekday=self.weekdays[local.weekday()], day=local.day, month=self.months[local.month - 1]
        )


ENGLISH = Words()
