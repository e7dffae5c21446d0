"""Storing a large list, or taking it back, by a worker: asked for on a page, done in one transaction.

Every step of a worker names itself, and changes nothing when the row has gone on without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask_babel import gettext as _
from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session, undefer

from scheduler.domain.enums import ImportRefusal, ImportState, ImportTask
from scheduler.errors import Conflict
from scheduler.models import Event, ImportErrand, PeopleImport, User
from scheduler.services.machine.errands import OpenErrand
from scheduler.services.people_import.check import CheckedList, check_people
from scheduler.services.people_import.lists import require_idle, sheet_of, store_list
from scheduler.services.people_import.packing import unpack_made
from scheduler.services.people_import.progress import Tell
from scheduler.services.people_import.reading import ListReading, choices_of, read_list
from scheduler.services.people_import.undo import undo_list
from scheduler.services.people_import.vocabulary import vocabulary_of

LARGE = 2000
"""Rows above which a worker does it: checking and storing them takes longer than somebody should wait for a page."""


def is_large(found: PeopleImport) -> bool:
    """Whether storing the list, or taking it back once it is stored, is a worker's.

    Raises Conflict when it was taken back.
    """
    if found.state is not ImportState.STORED or found.made is None:
        return len(sheet_of(found).rows) > LARGE
    made = unpack_made(found.made)
    return len(made.people) + len(made.changed) > LARGE


def ask_for(
    session: Session,
    found: PeopleImport,
    task: ImportTask,
    actor: User,
    now: datetime,
    *,
    brought_by_id: int | None = None,
) -> None:
    """Note down what a worker is to do with a list that the caller has locked. Asked twice, it is done once.

    Raises Conflict while it does something else, or when the list is in the wrong state.
    """
    if found.task is task:
        return
    require_idle(found)
    wanted = ImportState.OPEN if task is ImportTask.STORE else ImportState.STORED
    if found.state is not wanted:
        raise Conflict(_("This list has changed in the meantime. Reload to see it."))
    session.execute(delete(ImportErrand).where(ImportErrand.list_id == found.id))
    session.add(ImportErrand(list_id=found.id, task=task, by_id=actor.id, home_id=brought_by_id, since=now))
    session.flush()
    session.expire(found, ["errand"])


def take(session: Session, list_id: int, worker: str) -> bool:
    """Become the one who does it; false when another one is, or nothing is asked any more."""
    return _moved(session, list_id, "", worker=worker, attempts=ImportErrand.attempts + 1)


def release(session: Session, list_id: int, worker: str) -> bool:
    """Take an errand from a worker that no longer does it, so that another one can; whether it had it."""
    return _moved(session, list_id, worker, worker="")


def give_up(session: Session, list_id: int, worker: str, refusal: ImportRefusal) -> bool:
    """End an errand that did not succeed, and keep why for the list's page."""
    return _moved(session, list_id, worker, worker="", refusal=refusal)


def _moved(session: Session, list_id: int, of_worker: str, **values: object) -> bool:
    """Change an errand that is still this worker's; whether it was."""
    done = session.execute(
        update(ImportErrand)
        .where(
            ImportErrand.list_id == list_id,
            ImportErrand.worker == of_worker,
            ImportErrand.refusal.is_(None),
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[object]", done).rowcount == 1


@dataclass(frozen=True, slots=True)
class CheckedImport:
    """A list as it is to be stored: how it was read, and what storing it does."""

    reading: ListReading
    checked: CheckedList


def check_import(session: Session, list_id: int, tell: Tell) -> CheckedImport | None:
    """Read and check a list that is to be stored; None when that is not what is asked. Raises Invalid.

    Nothing is written: it takes the longest, and nobody has to wait for it.
    """
    errand = session.get(ImportErrand, list_id)
    if errand is None or errand.task is not ImportTask.STORE:
        return None
    found, event = _list_of(session, list_id)
    choices = choices_of(found.choices)
    reading = read_list(sheet_of(found), choices, vocabulary_of(session, event), tell)
    checked = check_people(
        session, event, reading.judged, said_of_twins=choices.twins, brought_by_id=errand.home_id
    )
    return CheckedImport(reading, checked)


def run_errand(
    session: Session, list_id: int, worker: str, checked: CheckedImport | None, tell: Tell
) -> bool:
    """Do what was asked, in the caller's one transaction. False, and nothing is done, when it is not this worker's.

    Raises Invalid, and Conflict as `store_list` and `undo_list` do.
    """
    found, event = _list_of(session, list_id, lock=True)
    errand = session.get(ImportErrand, list_id, with_for_update=True)
    if errand is None or errand.worker != worker or errand.refusal is not None:
        return False
    actor, home_id = session.get_one(User, errand.by_id), errand.home_id
    session.delete(errand)
    session.flush()
    session.expire(found, ["errand"])
    if checked is None:
        undo_list(session, event, found, actor)
    else:
        store_list(
            session,
            event,
            found,
            checked.reading,
            checked.checked,
            actor,
            brought_by_id=home_id,
            tell=tell,
        )
    return True


def _list_of(session: Session, list_id: int, *, lock: bool = False) -> tuple[PeopleImport, Event]:
    query = (
        select(PeopleImport)
        .where(PeopleImport.id == list_id)
        .options(undefer(PeopleImport.content), undefer(PeopleImport.made))
    )
    found = session.scalars(query.with_for_update() if lock else query).one()
    return found, session.get_one(Event, found.event_id)


def open_errands(session: Session) -> list[OpenErrand]:
    """Every errand that is neither done nor given up."""
    rows = session.execute(
        select(ImportErrand.list_id, ImportErrand.worker, ImportErrand.since, ImportErrand.attempts).where(
            ImportErrand.refusal.is_(None)
        )
    )
    return [OpenErrand(*row) for row in rows]
