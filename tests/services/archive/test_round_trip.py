"""An event goes out and comes in elsewhere as the same event: compared table by table, on both databases."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.calendars.writer import write
from scheduler.demo.build import build
from scheduler.domain.enums import ChangeKind, FeedKind, MeetingState, RequestState, Role, RunState
from scheduler.domain.messages import MessageState
from scheduler.extensions import db
from scheduler.mail.outbox import preference_of, queue_mail
from scheduler.models import (
    AuditEntry,
    BusyTime,
    Event,
    EventLook,
    EventRole,
    FeedToken,
    MeetingChange,
    MeetingMemory,
    OutboxMessage,
    Participant,
    Picture,
    Run,
    SessionWaiting,
    Topic,
    User,
)
from scheduler.queries.calendars.agenda import agenda_of
from scheduler.services.archive.contents import COLUMNS_STAY, ROWS_STAY, STAYS
from scheduler.services.calendars.calendar_sync import refresh
from scheduler.services.calendars.stale_agendas import refresh_marked
from tests.factories import NOW, make_delegation, make_meeting, make_organiser, make_request, make_session
from tests.services.archive.installations import Tables, brought_in, files_of, tables_of, taken_out
from tests.services.scenes import Scene, published_scene, set_clock

FROM_TRIGGERS = {"participant_booking", "place_booking"}


@pytest.fixture
def elsewhere(sqlite_template: Path, tmp_path: Path) -> Iterator[Session]:
    """Another installation, on SQLite."""
    path = tmp_path / "elsewhere.sqlite3"
    shutil.copy(sqlite_template, path)
    url = f"sqlite:///{path}"
    with db.new_session(url) as session:
        yield session
        session.rollback()
    db.dispose(url)


def lively_scene(session: Session) -> Scene:
    """A published plan with agendas, and a row or more in what else an event can have."""
    scene = published_scene(session, "expo")
    event = scene.event
    set_clock(event, "2023-11-06 15:00")
    make_organiser(session, event)
    make_request(session, scene.round, scene.ana, scene.ivan, RequestState.ACCEPTED)
    travellers = make_delegation(session, event, [scene.ana, scene.ivan])
    make_session(session, event, "2023-11-08 09:00", delegation=travellers, pavilion=scene.bavaria)
    keynote = make_session(session, event, attendees=[scene.jordi])
    keynote.capacity = 1
    session.add(SessionWaiting(session_id=keynote.id, participant_id=scene.marta.id, since=NOW))
    called_off = make_meeting(
        session, scene.plan, scene.block.slots[2], scene.tables, [scene.ivan, scene.jordi], table_number=2
    )
    called_off.state = MeetingState.CANCELLED
    # The place has lost tables since somebody was put at the last one.
    scene.tables.capacity = 9
    session.flush()
    make_meeting(
        session, scene.plan, scene.block.slots[3], scene.tables, [scene.ana, scene.jordi], table_number=9
    )
    session.flush()
    scene.tables.capacity = 2
    change = {"kind": ChangeKind.MOVE, "reason": "<b>Train</b> & “late”", "slot_id": scene.block.slots[3].id}
    session.add(
        MeetingChange(meeting_id=scene.meetings[0].id, participant_id=scene.ana.id, created_at=NOW, **change)
    )
    session.add(EventLook(event_id=event.id, languages=["en", "ca"], logo=b"\x89PNG logo", logo_id="abc"))
    picture = {
        "media_type": "image/webp",
        "width": 2,
        "height": 2,
        "content": b"RIFF\0\xff",
        "created_at": NOW,
    }
    session.add(Picture(participant_id=scene.ana.id, **picture))
    session.add(Picture(organisation_id=scene.ana.organisation_id, **picture))
    child = Topic(event_id=event.id, code="deep", label="Deep", position=1)
    session.add(child)
    session.flush()
    parent = Topic(event_id=event.id, code="top", label="Topmost", position=2)
    session.add(parent)
    session.flush()
    # The parent has the higher id.
    child.parent_id = parent.id
    scene.ana.goals = "Zeile\n\u2028zwei \U0001f41d & <script>alert(1)</script>"
    preference_of(session, scene.ana.id).tomorrow = False
    session.add(
        AuditEntry(event_id=event.id, at=NOW, action="plan.publish", detail={"z": 1, "a": [None, 2.5]})
    )
    session.flush()
    refresh(session, event)
    for mail in session.scalars(select(OutboxMessage)):
        mail.state = MessageState.SENT
    session.flush()
    return scene


def add_what_stays(session: Session, scene: Scene) -> None:
    """What an archive does not take along."""
    event = scene.event
    queue_mail(session, to_address="b@example.org", to_name="B", subject="S", text="T", event=event)
    session.add(Run(round_id=scene.round.id, state=RunState.QUEUED, time_limit=5, created_at=NOW))
    session.add(
        FeedToken(
            event_id=event.id,
            kind=FeedKind.PARTICIPANT,
            token_hash="0" * 64,
            participant_id=scene.ana.id,
            created_at=NOW,
        )
    )
    session.add(
        MeetingMemory(
            user_id=scene.ana.user_id,
            uid=scene.meetings[0].uid,
            participant_id=scene.ana.id,
            note="For my eyes alone",
            updated_at=NOW,
        )
    )
    session.flush()


def comparable(tables: Tables, *, bookings: bool = True) -> Tables:
    """Without what stays behind by its nature; nobody compares a session of the browser."""
    kept = {
        name: [
            {column: value for column, value in row.items() if (name, column) not in COLUMNS_STAY}
            for row in rows
        ]
        for name, rows in tables.items()
        if name not in STAYS or (bookings and name in FROM_TRIGGERS)
    }
    kept["user_account"] = sorted(
        ({"email": row["email"], "name": row["name"]} for row in kept["user_account"]), key=repr
    )
    return kept


def without_carrier(tables: Tables) -> Tables:
    """Without what bringing in made: the account of who brought it, and the note in the log."""
    tables["user_account"] = [row for row in tables["user_account"] if row["email"] != "carrier@example.org"]
    tables["audit_entry"] = [row for row in tables["audit_entry"] if row["action"] != "event.bring-in"]
    return tables


def same(session: Session, elsewhere: Session) -> None:
    was, became = comparable(tables_of(session)), without_carrier(comparable(tables_of(elsewhere)))
    # Who organises here has no row there, and is named by no row.
    named = {row["email"] for row in became["user_account"]}
    was["user_account"] = [row for row in was["user_account"] if row["email"] in named]
    for name, rows in was.items():
        assert became[name] == rows, name


def test_event_elsewhere_is_the_same_table_by_table(session: Session, elsewhere: Session) -> None:
    scene = lively_scene(session)
    content = taken_out(session, scene.event)
    brought_in(elsewhere, content)
    same(session, elsewhere)
    booked = tables_of(elsewhere)
    assert len(booked["participant_booking"]) == 3 * 2 * 4
    assert len(booked["picture"]) == 2


def test_event_goes_from_sqlite_to_the_other_database_and_back(session: Session, elsewhere: Session) -> None:
    scene = lively_scene(elsewhere)
    content = taken_out(elsewhere, scene.event)
    event = brought_in(session, content)
    same(elsewhere, session)
    assert files_of(taken_out(session, event)) == files_of(content)


def test_archive_of_the_same_event_is_the_same_bytes(session: Session, elsewhere: Session) -> None:
    scene = lively_scene(session)
    content = taken_out(session, scene.event)
    assert taken_out(session, scene.event) == content
    event = brought_in(elsewhere, content)
    assert taken_out(elsewhere, event) == content
    # A worker that looks at every agenda finds nothing to change, and tells nobody anything.
    refresh_marked(elsewhere)
    assert taken_out(elsewhere, event) == content


def test_demonstration_is_the_same_elsewhere(session: Session, elsewhere: Session) -> None:
    event = build(elsewhere, 60).event
    content = taken_out(elsewhere, event)
    brought_in(session, content)
    same(elsewhere, session)


def test_calendars_are_the_same_elsewhere(session: Session, elsewhere: Session) -> None:
    scene = lively_scene(session)
    event = brought_in(elsewhere, taken_out(session, scene.event))
    for person in (scene.ana, scene.ivan, scene.marta, scene.jordi):
        other = elsewhere.scalars(select(Participant).where(Participant.public_id == person.public_id)).one()
        was = write(agenda_of(session, person, scene.event))
        assert b"BEGIN:VEVENT" in was
        assert write(agenda_of(elsewhere, other, event)) == was


def test_what_stays_leaves_no_trace(session: Session, elsewhere: Session) -> None:
    scene = lively_scene(session)
    content = taken_out(session, scene.event)
    add_what_stays(session, scene)
    assert taken_out(session, scene.event) == content
    assert b"For my eyes alone" not in b"".join(files_of(content).values())
    assert set(ROWS_STAY) == {"audit_entry", "outbox_message", "run"}


def test_nobody_gets_a_role_but_who_brings_the_event(session: Session, elsewhere: Session) -> None:
    scene = lively_scene(session)
    event = brought_in(elsewhere, taken_out(session, scene.event))
    roles = elsewhere.execute(
        select(User.email, EventRole.role).join(User, User.id == EventRole.user_id)
    ).all()
    assert [tuple(row) for row in roles] == [("carrier@example.org", Role.ORGANISER)]
    assert event.demonstration is False


def test_accounts_that_are_there_already_are_taken_and_stay_as_they_are(
    session: Session, elsewhere: Session
) -> None:
    scene = lively_scene(session)
    email = scene.ana.email
    known = User(email=email, name="Known otherwise", locale="de", created_at=NOW)
    elsewhere.add(known)
    elsewhere.commit()
    brought_in(elsewhere, taken_out(session, scene.event))
    elsewhere.refresh(known)
    person = elsewhere.scalars(select(Participant).where(Participant.email == email)).one()
    assert (known.name, known.locale, person.user_id) == ("Known otherwise", "de", known.id)


def test_event_comes_in_beside_itself_with_public_ids_of_its_own(session: Session) -> None:
    scene = lively_scene(session)
    old = scene.ana.public_id
    event = brought_in(session, taken_out(session, scene.event), "expo-2")
    copy = session.scalars(
        select(Participant).where(Participant.event_id == event.id, Participant.name == "Ana")
    ).one()
    assert copy.public_id != old
    agendas = [agenda_of(session, one, of) for one, of in ((scene.ana, scene.event), (copy, event))]
    was, became = (list(agenda.entries) for agenda in agendas)
    assert [(one.title, one.start, one.place) for one in became] == [
        (one.title, one.start, one.place) for one in was
    ]
    assert {one.uid for one in became}.isdisjoint(one.uid for one in was)
    text = b"".join(data for name, data in files_of(taken_out(session, event)).items() if "tables" in name)
    assert old.encode() not in text
    assert session.scalars(select(BusyTime)).all() == []


def test_event_can_come_in_closed(session: Session, elsewhere: Session) -> None:
    scene = lively_scene(session)
    event = brought_in(elsewhere, taken_out(session, scene.event), archived=True)
    assert event.closed
    assert elsewhere.scalar(select(Event.archived_at)) is not None
