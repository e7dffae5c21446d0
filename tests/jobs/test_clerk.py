"""What the clerk does by the clock alone."""

from __future__ import annotations

import threading
from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ImportState
from scheduler.imports.programme import ImportedProgramme
from scheduler.imports.sheets import Sheet, SheetRow
from scheduler.jobs.clerk import Clerk
from scheduler.jobs.vitals import Vitals
from scheduler.models import Event, PeopleImport, ProgrammeImport
from scheduler.services.event.abandoned_imports import KEPT
from scheduler.services.event.programme_import import keep_programme
from scheduler.services.people_import.lists import open_list
from tests.factories import make_event, make_organiser

SHEET = Sheet((SheetRow(1, ("Name", "Mail")),))


def bring(session: Session, event: Event, name: str, age: timedelta) -> PeopleImport:
    """A list of people and a programme, brought some time ago."""
    found = open_list(session, event, SHEET, name, make_organiser(session, event))
    kept = keep_programme(session, event, ImportedProgramme((), ()), name)
    found.created_at = kept.created_at = event.now() - age
    return found


def test_lists_that_nobody_goes_on_with_are_deleted_even_when_nothing_else_is_brought(
    app: Flask, session: Session
) -> None:
    over, event = make_event(session), make_event(session)
    over.archived_at = over.now()
    bring(session, over, "archived", KEPT + timedelta(hours=1))
    bring(session, event, "old", KEPT + timedelta(hours=1))
    bring(session, event, "new", KEPT - timedelta(hours=1))
    bring(session, event, "stored", KEPT * 9).state = ImportState.STORED
    session.commit()

    Clerk(app, Vitals(), threading.Event()).tidy()

    session.expire_all()
    assert set(session.scalars(select(PeopleImport.name))) == {"new", "stored"}
    assert set(session.scalars(select(ProgrammeImport.name))) == {"new"}
