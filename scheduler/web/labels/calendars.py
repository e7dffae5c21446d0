"""What is said of a calendar that somebody brought: why it can't be used, what was left out, what is doubtful."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from scheduler.calendars.busy import BusyTimes, LeftOut, Question, ZoneDoubt
from scheduler.calendars.problems import CalendarProblem, UnusableCalendar
from scheduler.calendars.reading.faults import Omission
from scheduler.calendars.reading.zones import Doubt
from scheduler.web.access import current
from scheduler.web.filters import day, moment, when

_SENTENCES = {
    CalendarProblem.NOTHING: _l("Choose a file or give an address."),
    CalendarProblem.EMPTY: _l("This file is empty. Export it again from your calendar program."),
    CalendarProblem.NO_CALENDAR: _l("This file is no calendar. Choose a file that ends with .ics."),
    CalendarProblem.WEB_PAGE: _l(
        "This is a web page, not a calendar. Look for an address that ends with .ics, often called “iCal address” or"
        " “public link to the calendar”."
    ),
    CalendarProblem.ARCHIVE: _l(
        "This is a packed file. Unpack it first and choose the file in it that ends with .ics."
    ),
    CalendarProblem.CUT_SHORT: _l("This file was cut short. Export it again from your calendar program."),
    CalendarProblem.NO_ADDRESS: _l("This is no address of a calendar. Copy it once more, all of it."),
    CalendarProblem.BLANKS: _l(
        "This address has blanks or line breaks in it. Copy it once more, without them."
    ),
    CalendarProblem.SCHEME: _l("An address of a calendar begins with https:// or webcal://."),
    CalendarProblem.PASSWORD: _l(
        "An address with a name or password in it is not read. Use the secret or public address of the calendar, or"
        " export it as a file."
    ),
    CalendarProblem.CIRCLE: _l(
        "This address leads from one to the next without end. Export the calendar as a file."
    ),
}
_ABOUT = {
    CalendarProblem.TOO_LARGE: _l(
        "This calendar is larger than %(number)s MB. Export only the days of the event."
    ),
    CalendarProblem.TOO_MANY_ENTRIES: _l(
        "This calendar has more than %(number)s entries. Export only the days of the event."
    ),
    CalendarProblem.TOO_MANY_TIMES: _l(
        "This calendar makes you busy more than %(number)s times during the event. Export another one."
    ),
    CalendarProblem.TOO_LONG: _l(
        "This address is longer than %(number)s characters. Export the calendar as a file."
    ),
    CalendarProblem.PORT: _l("Calendars are not read from port %(number)s. Export the calendar as a file."),
    CalendarProblem.UNKNOWN_HOST: _l("There is no host named “%(host)s”. Check the address."),
    CalendarProblem.NOT_PUBLIC: _l(
        "“%(host)s” is not on the public internet; calendars are read only from there. Export the calendar as a file."
    ),
    CalendarProblem.UNREACHABLE: _l(
        "“%(host)s” could not be reached, or broke off. Check the address, or export the calendar as a file."
    ),
    CalendarProblem.NO_ANSWER: _l("“%(host)s” did not answer in time. Try again later."),
    CalendarProblem.REFUSED: _l(
        "“%(host)s” answered with code %(number)s instead of a calendar. Check the address."
    ),
    CalendarProblem.COMPRESSED: _l(
        "“%(host)s” sent the calendar compressed though it was asked not to. Export the calendar as a file."
    ),
}
_WHY = {
    Omission.NO_START: _l("It does not say when it begins."),
    Omission.UNREADABLE_START: _l("Its beginning can't be read: “%(value)s”."),
    Omission.TWO_STARTS: _l("It says two different beginnings; one is “%(value)s”."),
    Omission.NO_END: _l("It takes no time: it has no end, or ends when it begins."),
    Omission.UNREADABLE_END: _l("Its end can't be read: “%(value)s”."),
    Omission.TWO_ENDS: _l("It says two different ends; one is “%(value)s”."),
    Omission.ENDS_BEFORE_START: _l("It ends before it begins."),
    Omission.UNREADABLE_RULE: _l("How it repeats can't be read: “%(value)s”."),
    Omission.UNREADABLE_DATE: _l("A date at which it differs can't be read: “%(value)s”."),
    Omission.UNREADABLE_PERIOD: _l("A stretch of busy time can't be read: “%(value)s”."),
    Omission.TOO_OFTEN: _l("It repeats more often than an appointment does."),
    Omission.TOO_MANY_QUESTIONS: _l("There are too many all-day entries to ask about each."),
    Omission.SUPERSEDED: _l("A newer version of it, at another time, stands in the same file."),
    Omission.PROPOSAL: _l("It is somebody's proposal, no appointment."),
    Omission.CUT_OFF: _l("The file ends in the middle of it."),
    Omission.AVAILABILITY: _l("It says when you are available, not when you are busy."),
}
_DOUBTS = {
    Doubt.UNKNOWN: _l(
        "The time zone “%(zone)s” is not known. Its times were taken in the event's zone, %(taken)s: check them."
    ),
    Doubt.GUESSED: _l("The time zone “%(zone)s” was taken as %(taken)s: check its times."),
    Doubt.DIFFERS: _l(
        "The file has clocks of its own for “%(zone)s”, and they differ from those of that zone. Its times were taken"
        " by the file's: check them."
    ),
}


def problem(error: UnusableCalendar) -> str:
    """Why a calendar can't be used, and the way out."""
    if error.problem is CalendarProblem.TOO_LARGE and error.host:
        return _(
            "The calendar at “%(host)s” is larger than %(number)s MB.", host=error.host, number=error.number
        )
    if error.problem in _SENTENCES:
        return str(_SENTENCES[error.problem])
    return str(_ABOUT[error.problem]) % {"host": error.host, "number": error.number}


def left_out(one: LeftOut) -> str:
    """Which entry was left out, and why."""
    named = _named(one)
    reason = str(_WHY[one.why]).replace("%(value)s", one.value)
    if one.number > 1:
        named = ngettext("%(entry)s (%(num)s time)", "%(entry)s (%(num)s times)", one.number, entry=named)
    return _("%(entry)s: %(reason)s", entry=named, reason=reason)


def _named(one: LeftOut) -> str:
    title = _("“%(title)s”", title=one.title) if one.title else _("An entry without a title")
    if one.start is None:
        return title
    start = moment(one.start) if isinstance(one.start, datetime) else day(one.start)
    # A series may have begun years ago.
    if current.event is not None and one.start.year == current.event.now().year:
        return _("%(title)s, %(when)s", title=title, when=start)
    return _("%(title)s, %(when)s (%(year)s)", title=title, when=start, year=one.start.year)


def omissions(found: BusyTimes) -> str:
    """That entries were left out, for somebody who has not seen them yet."""
    number = sum(one.number for one in found.left_out) + found.left_out_more
    return ngettext("%(num)s entry was left out: look.", "%(num)s entries were left out: look.", number)


def summary(found: BusyTimes) -> str:
    """How many entries there are, and what became of those that are mentioned nowhere else."""
    counts = found.counts
    total = sum(counts.values())
    parts = [ngettext("The calendar has %(num)s entry.", "The calendar has %(num)s entries.", total)]
    if outside := counts.get("outside", 0):
        parts.append(
            ngettext(
                "%(num)s lies outside the days of the event.",
                "%(num)s lie outside the days of the event.",
                outside,
            )
        )
    if free := counts.get("free", 0):
        parts.append(
            ngettext(
                "%(num)s takes no time of yours: free, cancelled or declined.",
                "%(num)s take no time of yours: free, cancelled or declined.",
                free,
            )
        )
    if found.tasks:
        parts.append(
            ngettext("%(num)s task was passed over.", "%(num)s tasks were passed over.", found.tasks)
        )
    return " ".join(parts)


def doubt(one: ZoneDoubt) -> str:
    """What is doubtful about a zone."""
    return str(_DOUBTS[one.doubt]) % {"zone": one.zone, "taken": one.taken}


def question_when(one: Question) -> str:
    """The days or the time that somebody is asked about."""
    if one.stretch is not None:
        return when(one.stretch.start, one.stretch.end)
    return day(one.first) if one.first == one.last else f"{day(one.first)} – {day(one.last)}"


def question_key(one: Question) -> str:
    """What a form sends of a question that is answered with yes."""
    if one.stretch is not None:
        return f"{one.stretch.start.isoformat()}/{one.stretch.end.isoformat()}"
    return f"{one.first.isoformat()}/{one.last.isoformat()}"
