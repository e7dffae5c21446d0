"""Values of iCalendar properties as icalendar writes them, where its own choice of a value would lose something."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from icalendar import vCalAddress, vDatetime, vDuration, vText, vUri

from scheduler.calendars.lines import one_line

_WRITTEN_BREAK = "\\N"


class Text(vText):
    """A clean text. Given as a value it is escaped whatever the property: icalendar would write NAME and X- properties
    as they come.
    """

    def to_ical(self) -> bytes:
        # icalendar takes a backslash before a capital N for a line break, also in somebody's `C:\\New`.
        return rb"\\N".join(vText(part).to_ical() for part in self.split(_WRITTEN_BREAK))


def instant(moment: datetime) -> vDatetime:
    """An instant in the one form that no reader gets wrong: UTC, whole seconds."""
    return vDatetime(moment.astimezone(UTC))


def duration(value: timedelta) -> vDuration:
    """A length of time that says so, as REFRESH-INTERVAL has to (RFC 7986, 5.7)."""
    return vDuration(value, params={"VALUE": "DURATION"})


def address(url: str) -> vUri:
    """An address in one piece: blanks and line breaks have no place there."""
    return vUri("".join(one_line(url).split()))


def person(name: str, mail_address: str, **parameters: str) -> vCalAddress:
    """Somebody who takes part. Quotes can't be written in a name (RFC 5545, 3.2) and become apostrophes: few readers
    know the escapes of RFC 6868.
    """
    shown = one_line(name).replace('"', "'")
    if shown:
        parameters["CN"] = shown
    return vCalAddress(f"mailto:{mail_address}", params=parameters)
