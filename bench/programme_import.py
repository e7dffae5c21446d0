"""How long a programme takes from the file to the tables, and back out: `python -m bench.programme_import`.

A schedule.xml of `--sessions` sessions with rooms, tracks, speakers and texts, on SQLite in a folder of its own. It is
looked at, taken over, given out in each form and brought again, which must change nothing. The baseline is one bare
insert of as many sessions in the same run.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import Session

from scheduler import create_app
from scheduler.domain.enums import SessionKind
from scheduler.exports.schedule import ScheduleHead, ScheduleItem, schedule_xml
from scheduler.extensions import db
from scheduler.imports.programme import read_programme
from scheduler.models import Base, Event, EventDay, ProgrammeSession, User
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
    took: dict[str, float] = {}

    @contextmanager
    def step(name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        took[name] = time.perf_counter() - began
        print(f"{name:<40}{took[name]:>8.2f} s")

    actor = User(email="organiser@invented.example", name="Organiser", created_at=datetime.now(UTC))
    session.add(actor)
    session.commit()
    event = new_event(session, "expo")
    with step("baseline: one bare insert"):
        bare_insert(session, new_event(session, "bare"), sessions)
    content = schedule(sessions)
    print(f"a schedule.xml of {len(content) / 1e6:.1f} MB, {sessions} sessions in {_ROOMS} rooms")
    for again in ("", ", again"):
        with step(f"read the file{again}"):
            found = read_programme(content, _ZONE.key)
        with step(f"keep it{again}"):
            kept = service.keep_programme(session, event, found, "schedule.xml")
            session.commit()
        with step(f"ask what it would do{again}"):
            checked = service.check_programme(session, event, service.unpacked(kept))
        print(
            f"    {len(checked.new)} new, {len(checked.changed)} changed, {checked.same} as they were,"
            f" {len(checked.left)} left out, {len(checked.twice)} double-booked"
        )
        with step(f"take it over{again}"):
            service.take_over(session, event, kept, checked, actor)
            session.commit()
    whole = sum(seconds for name, seconds in took.items() if not name.startswith("baseline"))
    print(f"the whole: {whole:.1f} s, {whole / took['baseline: one bare insert']:.1f} of the baseline")
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=1400)
    sessions = parser.parse_args().sessions
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite"
        app = create_app({"INSTANCE": Path(folder), "DATABASE_URL": url, "MODE": "demonstration"})
        Base.metadata.create_all(db.engine(url))
        with app.test_request_context(), db.new_session(url) as session:
            run(session, sessions)
        db.dispose(url)


if __name__ == "__main__":
    main()
