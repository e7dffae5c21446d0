"""A list that is too large for a page: a worker stores it, all of it or nothing, once."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ImportRefusal, ImportState, ImportTask
from scheduler.errors import Conflict
from scheduler.extensions import db
from scheduler.imports.sheets import Sheet, SheetRow
from scheduler.jobs.importing import import_errand, look_after_imports
from scheduler.jobs.progress import ImportProgress, import_progress
from scheduler.jobs.queue import queue_of
from scheduler.models import AuditEntry, Event, ImportErrand, Participant, PeopleImport, User
from scheduler.services.event.abandoned_imports import delete_abandoned
from scheduler.services.machine.processes import process_name
from scheduler.services.people_import.errands import (
    ask_for,
    check_import,
    release,
    run_errand,
    take,
)
from scheduler.services.people_import.lists import choose_options, discard_list, open_list
from scheduler.services.people_import.progress import (
    PORTION,
    StoringProgress,
    StoringStep,
    silent,
)
from tests.factories import make_event, make_organisation, make_organiser, make_participant
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[2]
DEAD = process_name().rsplit(":", 1)[0] + ":1"
ROWS = PORTION + 100


def _sheet(rows: int, kind: str = "City") -> Sheet:
    people = (SheetRow(n, (f"Ada {n}", f"ada{n}@example.org", "Acme", kind)) for n in range(2, rows + 2))
    return Sheet((SheetRow(1, ("Name", "Mail", "Organisation", "Type")), *people))


@pytest.fixture
def brought(session: Session) -> PeopleImport:
    """A list of a few people."""
    event = make_event(session)
    found = open_list(session, event, _sheet(3), "people.csv", make_organiser(session, event))
    session.commit()
    return found


def _ask(session: Session, found: PeopleImport, task: ImportTask = ImportTask.STORE) -> None:
    actor = session.get_one(User, found.user_id)
    ask_for(session, found, task, actor, datetime.now(UTC) - timedelta(minutes=2))
    session.commit()


def _people(session: Session) -> int:
    session.expire_all()
    count = session.scalar(select(func.count()).select_from(Participant)) or 0
    session.commit()
    return count


def _acts(session: Session) -> list[tuple[str, int | None]]:
    rows = session.execute(select(AuditEntry.action, AuditEntry.user_id).order_by(AuditEntry.id))
    return [(action, user) for action, user in rows]


def test_worker_stores_a_list_and_takes_it_back_each_logged_once_with_who_asked(
    app: Flask, session: Session, brought: PeopleImport
) -> None:
    _ask(session, brought)
    import_errand(app, brought.id)
    import_errand(app, brought.id)
    assert _people(session) == 3
    assert (brought.state, brought.task, brought.counts["people"]) == (ImportState.STORED, None, 3)
    assert _acts(session) == [("people.import", brought.user_id)]

    _ask(session, brought, ImportTask.UNDO)
    import_errand(app, brought.id)
    assert _people(session) == 0
    assert (brought.state, brought.task, brought.counts["gone"]) == (ImportState.UNDONE, None, 3)
    assert _acts(session)[1:] == [("people.import-undone", brought.user_id)]


def test_list_that_is_asked_for_twice_is_stored_once(
    app: Flask, session: Session, brought: PeopleImport
) -> None:
    _ask(session, brought)
    _ask(session, brought)
    import_errand(app, brought.id)
    assert _people(session) == 3
    with app.app_context(), pytest.raises(Conflict):
        _ask(session, brought)


def test_list_that_a_worker_is_at_is_not_changed_or_thrown_away(
    app: Flask, session: Session, brought: PeopleImport
) -> None:
    _ask(session, brought)
    brought.created_at = datetime(2020, 1, 1, tzinfo=UTC)
    session.commit()
    with app.app_context():
        with pytest.raises(Conflict):
            choose_options(brought, update=True, shown=False)
        with pytest.raises(Conflict):
            discard_list(session, brought)
        with pytest.raises(Conflict):
            _ask(session, brought, ImportTask.UNDO)
    delete_abandoned(session, session.get_one(Event, brought.event_id))
    assert session.scalars(select(PeopleImport)).all() == [brought]


def test_killed_worker_leaves_nothing_and_the_next_one_stores_all(
    app: Flask, session: Session, database_url: str, tmp_path: Path
) -> None:
    event = make_event(session)
    found = open_list(session, event, _sheet(ROWS), "people.csv", make_organiser(session, event))
    _ask(session, found)
    command = [sys.executable, "-m", "tests.jobs.store_list_killed", str(tmp_path / "i"), database_url]
    ended = subprocess.run([*command, str(found.id)], cwd=ROOT, timeout=PATIENCE)
    assert ended.returncode == -signal.SIGKILL
    assert _people(session) == 0
    assert (found.state, found.task) == (ImportState.OPEN, ImportTask.STORE)
    session.commit()

    look_after_imports(app)
    assert queue_of(app).pending_count() == 1
    import_errand(app, found.id)
    assert _people(session) == ROWS
    assert [action for action, _user in _acts(session)] == ["people.import"]


@pytest.mark.parametrize("left_by", [DEAD, process_name(), "elsewhere:1:1"], ids=["dead", "own", "elsewhere"])
def test_list_that_a_worker_left_is_stored_by_the_next(
    app: Flask, session: Session, brought: PeopleImport, left_by: str
) -> None:
    _ask(session, brought)
    assert take(session, brought.id, left_by)
    session.commit()
    look_after_imports(app)
    assert queue_of(app).pending_count() == 1
    import_errand(app, brought.id)
    assert _people(session) == 3


def test_list_that_the_queue_has_forgotten_is_told_again(
    app: Flask, session: Session, brought: PeopleImport
) -> None:
    _ask(session, brought)
    look_after_imports(app)
    assert queue_of(app).pending_count() == 1


def test_list_that_ends_each_worker_is_given_up_and_can_be_asked_for_again(
    app: Flask, session: Session, brought: PeopleImport
) -> None:
    _ask(session, brought)
    for _ in range(3):
        assert take(session, brought.id, DEAD)
        session.commit()
        look_after_imports(app)
    errand = session.scalars(select(ImportErrand).execution_options(populate_existing=True)).one()
    assert errand.refusal is ImportRefusal.WORKER_GONE
    session.expire_all()
    _ask(session, brought)
    import_errand(app, brought.id)
    assert _people(session) == 3


def test_list_whose_people_somebody_registered_meanwhile_is_not_stored_in_part(
    app: Flask, session: Session, brought: PeopleImport, database_url: str
) -> None:
    event = session.get_one(Event, brought.event_id)
    with app.app_context():
        _ask(session, brought)
        assert take(session, brought.id, "me")
        session.commit()
        checked = check_import(session, brought.id, silent)
        session.commit()
    make_participant(session, event).email = "ada3@example.org"
    session.commit()
    with app.app_context(), db.new_session(database_url) as other, pytest.raises(Conflict):
        run_errand(other, brought.id, "me", checked, silent)
    assert _people(session) == 1
    assert brought.task is ImportTask.STORE


def test_co_organisers_list_that_names_another_organisation_is_refused(
    app: Flask, session: Session, brought: PeopleImport
) -> None:
    event = session.get_one(Event, brought.event_id)
    make_organisation(session, event, "Acme")
    own = make_organisation(session, event, "Own")
    actor = session.get_one(User, brought.user_id)
    ask_for(session, brought, ImportTask.STORE, actor, datetime.now(UTC), brought_by_id=own.id)
    session.commit()
    import_errand(app, brought.id)
    assert _people(session) == 0
    errand = brought.errand
    assert errand is not None
    assert (errand.refusal, brought.task, brought.state) == (ImportRefusal.LIST, None, ImportState.OPEN)


def test_worker_whose_list_was_stored_by_another_does_nothing(
    app: Flask, session: Session, brought: PeopleImport
) -> None:
    with app.app_context():
        _ask(session, brought)
        assert take(session, brought.id, "a")
        assert release(session, brought.id, "a")
        assert take(session, brought.id, "b")
        checked = check_import(session, brought.id, silent)
        assert not run_errand(session, brought.id, "a", checked, silent)
        assert run_errand(session, brought.id, "b", checked, silent)
        assert not run_errand(session, brought.id, "a", checked, silent)
        session.commit()
    assert _people(session) == 3


def test_progress_is_seen_while_the_one_transaction_is_open(
    app: Flask, session: Session, brought: PeopleImport, database_url: str
) -> None:
    _ask(session, brought)
    assert take(session, brought.id, "me")
    session.commit()
    list_id = brought.id
    session.commit()
    progress, seen = ImportProgress(app, list_id), list[StoringProgress | None]()

    def tell(step: StoringStep, done: int, total: int) -> None:
        progress.tell(step, done, total)
        seen.append(import_progress(app, list_id))

    with app.app_context():
        with db.new_session(database_url, read_only=True) as reading:
            checked = check_import(reading, list_id, tell)
        with db.new_session(database_url) as writing:
            run_errand(writing, list_id, "me", checked, tell)
            with db.new_session(database_url, read_only=True) as others:
                assert others.scalars(select(Participant.id)).all() == []
            writing.commit()
    assert seen[0] == StoringProgress(StoringStep.CHECK, 0, 3)
    assert StoringProgress(StoringStep.REGISTER, 0, 3) in seen
    assert seen[-1] == StoringProgress(StoringStep.COMPLETE, 0, 0)
    progress.forget()
    assert import_progress(app, list_id) is None
