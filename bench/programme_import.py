"""How long a programme takes from the file to the tables, and back out: `python -m bench.programme_import`.

A schedule.xml of `--sessions` sessions with rooms, tracks, speakers and texts, on SQLite in a folder of its own. It is
looked at, taken over, given out in each form and brought again, which must change nothing. The baseline is one bare
insert of as many sessions in the same run.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bench.steps import Steps, run_apart
from scheduler.domain.enums import SessionKind
from scheduler.exports.schedule import ScheduleHead, ScheduleItem, schedule_xml
from scheduler.imports.programme import read_programme
from scheduler.models import Event, EventDay, ProgrammeSession, User
from scheduler.services.event import programme_import as service

_FIRST = date(2030, 5, 21)
_DAYS = 3
_ROOMS = 25
_ZONE = ZoneInfo("Europe/Vienna")
_TEXT = (
    "We look at what cities have learned from a decade of pilots, and at what they would do otherwise. " * 8
)


def schedule(sessions: int) -> bytes:
    """A schedule.xml; one speaker in fifty is on two stages at once."""
    items = []
    for n in range(sessions):
        day, place = _FIRST + timedelta(days=n % _DAYS), n // _DAYS
        hour, room = divmod(place, _ROOMS)
        start = datetime(day.year, day.month, day.day, 8, tzinfo=_ZONE) + timedelta(minutes=30 * hour)
        items.append(
            ScheduleItem(
                n,
                f"session-{n}",
                f"What cities learned, part {n}",
                start,
                start + timedelta(minutes=30),
                f"Room {room + 1}",
                f"Track {n % 9}",
                "workshop" if n % 5 == 0 else "seminar",
                "en",
                _TEXT,
                (f"Ada {n if n % 50 else n + _DAYS}", f"Bo {n}"),
                f"https://schedule.example/{n}",
            )
        )
    days = tuple(_FIRST + timedelta(days=n) for n in range(_DAYS))
    head = ScheduleHead("Expo", "expo", _ZONE.key, days, "https://schedule.example")
    return schedule_xml(head, items)


def new_event(session: Session, slug: str) -> Event:
    """An event on the days of the file."""
    event = Event(slug=slug, name=slug, timezone=_ZONE.key, created_at=datetime.now(UTC))
    event.days = [EventDay(date=_FIRST + timedelta(days=n), label=f"Day {n + 1}") for n in range(_DAYS)]
    session.add(event)
    session.commit()
    return event


def bare_insert(session: Session, event: Event, sessions: int) -> None:
    """As many sessions, in one statement."""
    start = datetime(2030, 5, 21, 8, tzinfo=UTC)
    row = {
        "event_id": event.id,
        "kind": SessionKind.SEMINAR,
        "starts_at": start,
        "ends_at": start + timedelta(minutes=30),
        "description": _TEXT,
        "changed_at": start,
    }
    session.execute(insert(ProgrammeSession), [{**row, "title": f"Session {n}"} for n in range(sessions)])
    session.commit()


def run(session: Session, sessions: int) -> None:
    """Print how long each step takes."""
    steps = Steps()
    actor = User(email="organiser@invented.example", name="Organiser", created_at=datetime.now(UTC))
    session.add(actor)
    session.commit()
    event = new_event(session, "expo")
    with steps.baseline("one bare insert"):
        bare_insert(session, new_event(session, "bare"), sessions)
    content = schedule(sessions)
    print(f"a schedule.xml of {len(content) / 1e6:.1f} MB, {sessions} sessions in {_ROOMS} rooms")
    for again in ("", ", again"):
        with steps.step(f"read the file{again}"):
            found = read_programme(content, _ZONE.key)
        with steps.step(f"keep it{again}"):
            kept = service.keep_programme(session, event, found, "schedule.xml")
            session.commit()
        with steps.step(f"ask what it would do{again}"):
            checked = service.check_programme(session, event, service.unpacked(kept))
        print(
            f"    {len(checked.new)} new, {len(checked.changed)} changed, {checked.same} as they were,"
            f" {len(checked.left)} left out, {len(checked.twice)} double-booked"
        )
        with steps.step(f"take it over{again}"):
            service.take_over(session, event, kept, checked, actor)
            session.commit()
    steps.print_whole()


if __name__ == "__main__":
    run_apart(__doc__, "sessions", 1400, run)
