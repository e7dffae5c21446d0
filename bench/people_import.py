"""How long a list of people takes from the file to the tables, step by step: `python -m bench.people_import`.

A workbook of `--rows` people with every column that a list may have, on SQLite in a folder of its own. The baseline is
one bare insert of as many participants in the same run; the whole is printed as a ratio to it.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime

import xlsxwriter
from sqlalchemy import insert
from sqlalchemy.orm import Session

from bench.steps import Steps, run_apart
from scheduler.domain.enums import ParticipantState
from scheduler.imports.headings import COLUMN_OF
from scheduler.imports.sheets import read_sheet
from scheduler.models import Event, EventDay, Organisation, Participant, ParticipantType, Topic, User
from scheduler.services.people_import import lists
from scheduler.services.people_import.check import check_people
from scheduler.services.people_import.reading import choices_of, holds_list, read_list
from scheduler.services.people_import.undo import undo_list
from scheduler.services.people_import.vocabulary import vocabulary_of

_HEADINGS = (
    *(
        "Vorname",
        "Nachname",
        "E-Mail",
        "Firma",
        "Typ",
        "Funktion",
        "Land",
        "Sprachen",
        "Wir bieten",
        "Wir suchen",
    ),
    *("Themen", "Website", "Ort", "Beschreibung", "Mitarbeiter", "Reisegruppe"),
)
_TOPICS = 60


def workbook(rows: int) -> bytes:
    """A list of people as .xlsx; one in fifty rows has no address."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, _HEADINGS)
        for n in range(1, rows + 1):
            topics = "; ".join(f"Topic {(n * k) % _TOPICS}" for k in (1, 7, 13))
            home = n // 3
            person = (f"Ada {n}", f"Lée {n}", f"ada{n}@invented.example" if n % 50 else "to follow")
            place = (
                f"Firm {home}",
                "City" if n % 4 else "Supplier",
                "Leitung",
                "Österreich",
                "Deutsch, English",
            )
            texts = (f"We make light number {n}", "We look for water", topics, f"firm{home}.example")
            rest = ("Wien", f"Firm {home} makes light.", 12 + n % 900, f"Group {n}" if n < 100 else "")
            sheet.write_row(n, 0, (*person, *place, *texts, *rest))
    return content.getvalue()


def bare_insert(session: Session, event: Event, rows: int) -> None:
    """As many participants, in one statement."""
    now = event.now()
    home = Organisation(event_id=event.id, name="Bare")
    session.add(home)
    session.flush()
    kind = session.query(ParticipantType).filter_by(event_id=event.id).first()
    assert kind is not None
    session.execute(
        insert(Participant),
        [
            {
                "event_id": event.id,
                "organisation_id": home.id,
                "type_id": kind.id,
                "name": f"Bare {n}",
                "email": f"bare{n}@invented.example",
                "state": ParticipantState.INVITED,
                "created_at": now,
                "updated_at": now,
            }
            for n in range(rows)
        ],
    )
    session.commit()


def new_event(session: Session, slug: str) -> Event:
    """An event with two types and some topics."""
    event = Event(slug=slug, name=slug, timezone="Europe/Vienna", created_at=datetime.now(UTC))
    event.days = [EventDay(date=datetime(2026, 11, 30, tzinfo=UTC).date(), label="Day 1")]
    session.add(event)
    session.flush()
    session.add_all(
        [
            ParticipantType(event_id=event.id, code="city", name="City"),
            ParticipantType(event_id=event.id, code="supplier", name="Supplier"),
            *(Topic(event_id=event.id, code=f"t{n}", label=f"Topic {n}") for n in range(_TOPICS)),
        ]
    )
    session.commit()
    return event


def run(session: Session, rows: int) -> None:
    """Print how long each step takes."""
    steps = Steps()
    actor = User(email="organiser@invented.example", name="Organiser", created_at=datetime.now(UTC))
    session.add(actor)
    session.commit()
    bare, event = new_event(session, "bare"), new_event(session, "expo")
    with steps.baseline("one bare insert"):
        bare_insert(session, bare, rows)
    content = workbook(rows)
    print(f"a workbook of {len(content) / 1e6:.1f} MB, {rows} rows of {len(_HEADINGS)} columns")
    with steps.step("read the file"):
        sheet = read_sheet(content, COLUMN_OF.keys(), holds_list)
    with steps.step("keep the list"):
        found = lists.open_list(session, event, sheet, "people.xlsx", actor)
        session.commit()
    for name in ("judge it", "judge it again"):
        with steps.step(name):
            known = vocabulary_of(session, event)
            reading = read_list(lists.sheet_of(found), choices_of(found.choices), known)
    with steps.step("ask what it would do"):
        checked = check_people(session, event, reading.judged)
    with steps.step("store it"):
        outcome = lists.store_list(session, event, found, reading, checked, actor)
        session.commit()
    print(f"{outcome.people} registered, {outcome.organisations} organisations, {outcome.left} rows left out")
    steps.print_whole()
    with steps.step("take it back"):
        undo_list(session, event, found, actor)
        session.commit()


if __name__ == "__main__":
    run_apart(__doc__, "rows", 25_000, run)
