"""How pages say times, days and numbers: in the event's zone, as people say them."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import get_locale

from scheduler.config import keeps_mail
from scheduler.web.access import current


def zone() -> tzinfo:
    """The event's time zone; UTC on pages that are about no event."""
    return current.event.zone if current.event is not None else UTC


def clock(instant: datetime) -> str:
    """`10:30`"""
    return format_datetime(instant, "HH:mm", tzinfo=zone(), locale=get_locale())


def clock_on(instant: datetime, shown: date) -> str:
    """`00:15`, or `Wed 00:15` where the day that is shown is another: an evening goes on past midnight."""
    here = instant.astimezone(zone()).date()
    text = clock(instant)
    return text if here == shown else f"{format_date(here, 'EEE', locale=get_locale())} {text}"


def day(value: date | datetime) -> str:
    """`Tue 7 Nov`"""
    if isinstance(value, datetime):
        value = value.astimezone(zone()).date()
    return format_date(value, "EEE d MMM", locale=get_locale())


def moment(instant: datetime) -> str:
    """`Tue 7 Nov, 10:30`"""
    return f"{day(instant)}, {clock(instant)}"


def span(start: datetime, end: datetime) -> str:
    """`10:30-10:55`, with an en dash."""
    return f"{clock(start)}–{clock(end)}"


def when(start: datetime, end: datetime) -> str:
    """`Tue 7 Nov, 10:30-10:55`; both days where they differ."""
    if start.astimezone(zone()).date() == end.astimezone(zone()).date():
        return f"{day(start)}, {span(start, end)}"
    return f"{moment(start)} – {moment(end)}"


def iso(instant: datetime) -> str:
    """For the `datetime` attribute of a time element."""
    return instant.astimezone(zone()).isoformat(timespec="minutes")


def number(value: float) -> str:
    return format_decimal(value, locale=get_locale())


def initials(name: str) -> str:
    """Two letters for an avatar."""
    words = [word for word in name.split() if word[:1].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"


def register(app: Flask) -> None:
    for function in (clock, clock_on, day, moment, span, when, iso, number, initials):
        app.add_template_filter(function)
    app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def common() -> dict[str, object]:
        return {
            "current": current,
            "get_locale": get_locale,
            "shows_mail": keeps_mail(app.config),
            "zone_name": current.event.timezone if current.event is not None else "UTC",
        }
