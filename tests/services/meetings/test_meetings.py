"""Single meetings changed by hand; twenty at once for one slot: exactly one wins."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session

from scheduler.domain.alternatives import Rule
from scheduler.domain.enums import MeetingState, PlanState
from scheduler.errors import Conflict, Invalid
from scheduler.extensions import db
from scheduler.models import (
    AgendaEntry,
    AgendaMark,
    AgendaVersion,
    AuditEntry,
    Meeting,
    ParticipantBooking,
    Slot,
)
from scheduler.services.calendars import calendar_sync
from scheduler.services.calendars.stale_agendas import refresh_marked
from scheduler.services.meetings.meetings import (
    bring_back_meeting,
    cancel_meeting,
    lock_meeting,
    meeting_by_public_id,
    move_meeting,
)
from scheduler.services.meetings.refused_choices import ChoiceTaken
from tests.factories import (
    NOW,
    make_block,
    make_event,
    make_meeting,
    make_participant,
    make_place,
    make_plan,
    make_round,
)
from tests.waiting import wait_until


class Scene:
    """A draft with one meeting of Anna and Bo in the first of four slots, at table 1 of 2."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.event = make_event(session)
        self.block = make_block(session, self.event)
        self.slots = self.block.slots
        self.plan = make_plan(session, make_round(session, self.event, blocks=[self.block]))
        self.place = make_place(session, self.event, capacity=2)
        self.anna = make_participant(session, self.event, name="Anna")
        self.bo = make_participant(session, self.event, name="Bo")
        self.meeting = self.add(0, [self.anna, self.bo])

    def add(self, slot: int, people: list, table: int = 1) -> Meeting:
        return make_meeting(self.session, self.plan, self.slots[slot], self.place, people, table_number=table)

    def stranger(self):
        return make_participant(self.session, self.event)

    def ticks_of(self, person) -> int:
        return self.session.scalar(select(func.count()).where(ParticipantBooking.participant_id == person.id))


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


def _taken(error: ChoiceTaken) -> list[tuple[Rule, str]]:
    return [(fact.rule, fact.person) for fact in error.facts]


def test_moving_takes_a_free_table_and_frees_the_old_time(scene):
    scene.add(1, [scene.stranger(), scene.stranger()])
    move_meeting(scene.session, scene.meeting, scene.slots[1])
    assert (scene.meeting.slot_id, scene.meeting.table_number) == (scene.slots[1].id, 2)
    assert scene.ticks_of(scene.anna) == 4
    scene.add(0, [scene.anna, scene.stranger()])


def test_moving_onto_another_meeting_of_somebody_names_them_and_changes_nothing(scene):
    scene.add(1, [scene.bo, scene.stranger()])
    with pytest.raises(ChoiceTaken) as refused:
        move_meeting(scene.session, scene.meeting, scene.slots[1])
    assert _taken(refused.value) == [(Rule.TAKEN, "Bo")]
    scene.session.refresh(scene.meeting)
    assert scene.meeting.slot_id == scene.slots[0].id


def test_moving_into_an_overlapping_slot_of_another_block_is_refused(scene):
    other = make_block(scene.session, scene.event, "2023-11-07 10:35", slots=1)
    scene.add(1, [scene.anna, scene.stranger()])
    with pytest.raises(ChoiceTaken) as refused:
        move_meeting(scene.session, scene.meeting, other.slots[0])
    assert (Rule.TAKEN, "Anna") in _taken(refused.value)


def test_moving_to_a_full_place_is_refused(scene):
    for table in (1, 2):
        scene.add(1, [scene.stranger(), scene.stranger()], table)
    with pytest.raises(ChoiceTaken) as refused:
        move_meeting(scene.session, scene.meeting, scene.slots[1])
    (fact,) = refused.value.facts
    assert (fact.rule, fact.limit, fact.needed) == (Rule.TABLE_TAKEN, 2, 0)
    assert fact.by is not None


def test_moving_to_a_taken_table_is_refused(scene):
    scene.add(1, [scene.stranger(), scene.stranger()])
    with pytest.raises(ChoiceTaken) as refused:
        move_meeting(scene.session, scene.meeting, scene.slots[1], scene.place, 1)
    (fact,) = refused.value.facts
    assert (fact.rule, fact.needed) == (Rule.TABLE_TAKEN, 1)
    assert fact.by is not None
    assert fact.by.time.start == scene.slots[1].starts_at


def test_moving_to_another_event_is_refused(scene):
    elsewhere = make_block(scene.session, make_event(scene.session))
    with pytest.raises(Invalid, match="another event"):
        move_meeting(scene.session, scene.meeting, elsewhere.slots[0])


def test_a_plan_that_is_past_can_not_be_changed(scene):
    scene.plan.state = PlanState.SUPERSEDED
    with pytest.raises(Conflict, match="no longer in use"):
        move_meeting(scene.session, scene.meeting, scene.slots[1])


def test_calling_off_frees_people_and_table_until_it_is_brought_back(scene):
    cancel_meeting(scene.session, scene.meeting)
    assert scene.ticks_of(scene.anna) == 0
    bring_back_meeting(scene.session, scene.meeting)
    assert scene.ticks_of(scene.anna) == 4


def test_meeting_is_brought_back_at_another_table_when_its_own_is_taken_or_gone(scene):
    cancel_meeting(scene.session, scene.meeting)
    scene.add(0, [scene.stranger(), scene.stranger()], scene.meeting.table_number)
    bring_back_meeting(scene.session, scene.meeting)
    assert (scene.meeting.state, scene.meeting.table_number) == (MeetingState.PLANNED, 2)


def test_bringing_back_is_refused_when_somebody_is_taken_by_now(scene):
    cancel_meeting(scene.session, scene.meeting)
    scene.add(0, [scene.bo, scene.stranger()])
    with pytest.raises(ChoiceTaken) as refused:
        bring_back_meeting(scene.session, scene.meeting)
    assert _taken(refused.value) == [(Rule.TAKEN, "Bo")]
    scene.session.refresh(scene.meeting)
    assert scene.meeting.state is MeetingState.CANCELLED


def test_a_change_of_a_published_meeting_counts_and_reaches_the_calendars(scene):
    scene.plan.state = PlanState.PUBLISHED
    calendar_sync.refresh(scene.session, scene.event, mails=False)
    move_meeting(scene.session, scene.meeting, scene.slots[2])
    assert scene.meeting.sequence == 1
    entries = scene.session.scalars(select(AgendaEntry).where(AgendaEntry.uid == scene.meeting.uid)).all()
    assert {(entry.sequence, entry.starts_at) for entry in entries} == {(1, scene.slots[2].starts_at)}


def test_every_change_is_in_the_log(scene):
    move_meeting(scene.session, scene.meeting, scene.slots[1])
    lock_meeting(scene.session, scene.meeting, True)
    cancel_meeting(scene.session, scene.meeting, reason="ill")
    assert scene.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all() == [
        "meeting.move",
        "meeting.lock",
        "meeting.cancel",
    ]


WRITERS = 20


def test_twenty_writers_at_once_for_one_slot_of_one_person_leave_exactly_one_meeting(session, database_url):
    event = make_event(session)
    goal = make_block(session, event, "2023-11-09 10:00", slots=1).slots[0]
    blocks = [
        make_block(session, event, f"2023-11-{7 + n // 10:02} {8 + n % 10:02}:00", slots=1)
        for n in range(WRITERS)
    ]
    plan = make_plan(session, make_round(session, event, blocks=[*blocks, goal.block]))
    place = make_place(session, event, capacity=WRITERS)
    wanted = make_participant(session, event, name="Wanted")
    ids = [
        make_meeting(
            session, plan, block.slots[0], place, [wanted, make_participant(session, event)]
        ).public_id
        for block in blocks
    ]
    session.commit()
    start = threading.Barrier(WRITERS)
    answers: list[object] = []

    def write(public_id: str) -> None:
        with db.new_session(database_url) as own:
            start.wait()
            meeting = meeting_by_public_id(own, event, public_id)
            try:
                move_meeting(own, meeting, own.get_one(Slot, goal.id))
                own.commit()
                answers.append("moved")
            except ChoiceTaken as error:
                own.rollback()
                answers.append(_taken(error))

    threads = [threading.Thread(target=write, args=(public_id,)) for public_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count([(Rule.TAKEN, "Wanted")]) == WRITERS - 1
    assert answers.count("moved") == 1
    session.expire_all()
    held = select(func.count()).select_from(Meeting).where(Meeting.slot_id == goal.id)
    assert session.scalar(held) == 1


def _waits(database_url: str) -> bool:
    """Whether somebody waits for a lock; SQLite does not tell."""
    if database_url.startswith("sqlite"):
        return True
    engine = create_engine(database_url)
    with engine.connect() as connection:
        found = connection.scalar(
            text(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN"
                " (SELECT pid FROM pg_stat_activity WHERE datname = current_database())"
            )
        )
    engine.dispose()
    return bool(found)


def test_changes_from_two_sides_at_once_are_counted_one_by_one(scene, database_url):
    cy = scene.stranger()
    other = scene.add(1, [scene.anna, cy])
    scene.plan.state = PlanState.PUBLISHED
    scene.event.clock_shift = int((datetime.now(UTC) - NOW).total_seconds())
    calendar_sync.refresh(scene.session, scene.event, mails=False)
    scene.session.commit()
    anna, other_id = scene.anna.id, other.id

    begun = threading.Event()

    def cancel() -> None:
        with db.new_session(database_url) as own:
            begun.set()
            cancel_meeting(own, own.get_one(Meeting, other_id))
            own.commit()

    scene.bo.name = "Robert"
    scene.session.add(AgendaMark(event_id=scene.event.id, what="participant", key=scene.bo.id))
    refresh_marked(scene.session)
    beside = threading.Thread(target=cancel)
    beside.start()
    begun.wait()
    wait_until(lambda: not beside.is_alive() or _waits(database_url), "the other side waits for this one")
    scene.session.commit()
    beside.join()
    scene.session.expire_all()
    assert scene.session.get_one(AgendaVersion, anna).version == 3
