"""The words of calendars in a reader's language."""

from __future__ import annotations

from functools import cache

from babel.dates import get_day_names, get_month_names
from flask_babel import force_locale
from flask_babel import gettext as _

from scheduler.calendars.words import Words


@cache
def words_for(locale: str) -> Words:
    """The words in a language, English for an empty one. Needs an application context."""
    with force_locale(locale or "en"):
        return _words(locale or "en")


def _words(locale: str) -> Words:
    days = get_day_names("abbreviated", locale=locale)
    months = get_month_names("abbreviated", locale=locale)
    return Words(
        cancelled=_("Cancelled: {title}"),
        walk=_("Walk to {pavilion} ({minutes} min)"),
        walk_before=_("Walk: {minutes} min before"),
        busy=_("Busy"),
        untitled=_("Meeting"),
        place=_("Where: {place}"),
        place_open=_("The place is not fixed yet."),
        names=_("Who goes: {names}"),
        partners=_("With: {partners}"),
        when=_("When: {when} ({zone})"),
        updated=_("Updated: {when}. Calendar programs may be hours behind; the page is not."),
        cancelled_note=_("This was cancelled. It disappears from the calendar when its time is past."),
        weekdays=tuple(str(days[day]) for day in range(7)),
        months=tuple(str(months[month]) for month in range(1, 13)),
    )
