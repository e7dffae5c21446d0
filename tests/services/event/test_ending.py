"""The end of an event: archived and back, deleted with everything in it and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState, Role, RunState
from scheduler.errors import Conflict, Invalid
from scheduler.jobs.minder import Minder
from scheduler.models import AuditEntry, Base, Event, OutboxMessage, Run
from scheduler.queries.event.contents import contents_of
from scheduler.services.event.ending import (
    DAYS_TO_THINK,
    archive_event,
    ask_deletion,
    delete_event,
    due_deletions,
    keep_event,
    open_event_again,
)
from scheduler.services.people.taking_part import come_in
from tests import factories as make
from tests.web.rights_world import make_cluster, people_of

OF_NOBODY = {
    "user_account": "people stay: they may be at other events",
    "user_session": "browsers stay signed in",
    "dead_address": "of an address, whatever the event",
    "outbox_message": "the organisers are told",
    "audit_entry": "that it was deleted is remembered",
    "tick_offset": "of no event",
}


def rows(session: Session) -> dict[str, int]:
    return {
        name: session.scalar(select(func.count()).select_from(table)) or 0
        for name, table in Base.metadata.tables.items()
        if name not in OF_NOBODY
    }


def full_event(session: Session) -> Event:
    event = make.make_event(session)
    make_cluster(session, event, *people_of(session, event, 2))
    session.commit()
    return event


def ask(session: Session, event: Event, ago: timedelta = timedelta(0)) -> None:
    """Somebody asked for the deletion of an event some time ago."""
    ask_deletion(session, event, event.name, make.make_organiser(session, event))
    assert event.deletes_at is not None
    event.deletes_at -= ago
    session.commit()


def test_deleted_event_goes_with_everything_in_it_and_nothing_else_does(app: Flask, session: Session) -> None:
    full_event(session)
    before = rows(session)
    event = full_event(session)
    slug = event.slug
    assert rows(session) != before
    with app.app_context():
        ask(session, event)
        assert delete_event(session, event.id, datetime.now(UTC) + timedelta(days=DAYS_TO_THINK, minutes=1))
        session.commit()
    assert rows(session) == before
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "event.delete")).one()
    assert (entry.event_id, entry.subject, entry.detail["numbers"]["published"]) == (None, slug, 1)
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.event_id.is_(None))).all()
    assert any("is deleted" in message.subject for message in told)


def test_worker_deletes_what_is_due_and_nothing_before(app: Flask, session: Session) -> None:
    due, waiting = full_event(session), full_event(session)
    with app.app_context():
        ask(session, due, timedelta(days=DAYS_TO_THINK))
        ask(session, waiting, timedelta(days=DAYS_TO_THINK - 1))
    Minder(app).step()
    session.expire_all()
    assert session.scalars(select(Event.id)).all() == [waiting.id]


def test_deletion_taken_back_is_none(app: Flask, session: Session) -> None:
    event = full_event(session)
    with app.app_context():
        ask(session, event, timedelta(days=DAYS_TO_THINK))
        keep_event(session, event, make.make_organiser(session, event))
        assert due_deletions(session, datetime.now(UTC)) == []
        assert not delete_event(session, event.id, datetime.now(UTC))
        with pytest.raises(Conflict):
            keep_event(session, event, make.make_organiser(session, event))


def test_every_organiser_is_told_and_co_organisers_are_not(app: Flask, session: Session) -> None:
    event = make.make_event(session)
    nora, olga = make.make_organiser(session, event), make.make_organiser(session, event)
    make.make_organiser(session, event, Role.CO_ORGANISER)
    with app.app_context():
        ask_deletion(session, event, event.name, nora)
    told = session.scalars(select(OutboxMessage)).all()
    assert {message.to_address for message in told} == {nora.email, olga.email}
    assert all("can take this back" in message.text for message in told)


@pytest.mark.parametrize("typed", ["", "Expo", "another event"])
def test_only_who_types_the_name_deletes(app: Flask, session: Session, typed: str) -> None:
    event = make.make_event(session)
    event.name = "Expo 2027"
    with app.app_context(), pytest.raises(Invalid, match="Type the event") as refused:
        ask_deletion(session, event, typed, make.make_organiser(session, event))
    assert (refused.value.field, event.deletes_at) == ("name", None)


def test_name_may_be_written_in_another_case(app: Flask, session: Session) -> None:
    event = make.make_event(session)
    event.name = "Expo  2027"
    with app.app_context():
        ask_deletion(session, event, " expo 2027 ", make.make_organiser(session, event))
    assert event.closed


def test_event_with_a_run_under_way_does_not_end(app: Flask, session: Session) -> None:
    event = make.make_event(session)
    round_, nora = make.make_round(session, event), make.make_organiser(session, event)
    session.add(Run(round_id=round_.id, created_at=make.NOW, state=RunState.RUNNING, time_limit=60))
    session.flush()
    with app.app_context():
        with pytest.raises(Conflict, match="A run is under way"):
            archive_event(session, event, nora)
        with pytest.raises(Conflict, match="A run is under way"):
            ask_deletion(session, event, event.name, nora)


def test_archive_and_back(app: Flask, session: Session) -> None:
    event = make.make_event(session)
    nora = make.make_organiser(session, event)
    with app.app_context():
        archive_event(session, event, nora)
        assert event.closed
        with pytest.raises(Conflict):
            archive_event(session, event, nora)
        open_event_again(session, event, nora)
        assert not event.closed
        with pytest.raises(Conflict):
            open_event_again(session, event, nora)
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["event.archive", "event.reopen"]


def test_nobody_comes_in_by_signing_in_to_a_closed_event(app: Flask, session: Session) -> None:
    event = make.make_event(session)
    ana = make.make_participant(session, event)
    ana.state, ana.came_in_at = ParticipantState.INVITED, None
    event.archived_at = datetime.now(UTC)
    session.flush()
    with app.app_context():
        assert ana.user is not None
        come_in(session, ana.user, f"/e/{event.slug}/")
    assert ana.state is ParticipantState.INVITED


def test_numbers_are_those_of_one_event(session: Session) -> None:
    event = full_event(session)
    numbers = contents_of(session, event.id)
    full_event(session)
    assert contents_of(session, event.id) == numbers
    assert (numbers["published"], numbers["delegations"], numbers["plans"]) == (1, 1, 1)
