"""Moving and cancelling published meetings."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ChangeState, MeetingState, PlanState
from scheduler.errors import Conflict, Invalid, NotAllowed, SchedulerError
from scheduler.extensions import db
from scheduler.models import (
    BusyTime,
    Event,
    Meeting,
    MeetingBlock,
    MeetingChange,
    OutboxMessage,
    Participant,
    ParticipantBooking,
    Plan,
    WalkingTime,
)
from scheduler.queries.alternatives import free_times
from scheduler.services.calendars import calendar_sync
from scheduler.services.meetings import changes
from tests.factories import (
    NOW,
    at,
    make_block,
    make_event,
    make_meeting,
    make_participant,
    make_pavilion,
    make_place,
    make_plan,
    make_round,
    make_session,
)


@dataclass
class Scene:
    event: Event
    block: MeetingBlock
    plan: Plan
    meeting: Meeting
    ada: Participant
    grace: Participant


@pytest.fixture
def scene(session: Session) -> Scene:
    """Ada meets Grace in the first of four slots, at a pavilion with two tables."""
    event = make_event(session)
    # The event's clock stands before its first day.
    event.clock_shift = int((datetime.now(UTC) - NOW).total_seconds())
    block = make_block(session, event)
    plan = make_plan(session, make_round(session, event, blocks=[block]))
    ada, grace = (make_participant(session, event, name=name) for name in ("Ada", "Grace"))
    place = make_place(session, event, capacity=2)
    meeting = make_meeting(session, plan, block.slots[0], place, [ada, grace])
    plan.state = PlanState.PUBLISHED
    plan.published_at = NOW
    session.flush()
    return Scene(event, block, plan, meeting, ada, grace)


def options(session: Session, scene: Scene) -> list[int]:
    found = free_times(session, scene.event, scene.meeting, scene.event.now())
    return [scene.block.slots.index(slot) for slot in found]


def test_options_are_the_other_slots_when_nobody_does_anything_else(session: Session, scene: Scene) -> None:
    assert options(session, scene) == [1, 2, 3]


def test_options_leave_out_busy_times_sessions_and_meetings_of_everybody(
    session: Session, scene: Scene
) -> None:
    session.add(
        BusyTime(
            participant_id=scene.ada.id, starts_at=at("2023-11-07 10:30"), ends_at=at("2023-11-07 10:40")
        )
    )
    make_session(session, scene.event, "2023-11-07 10:50", minutes=10, attendees=[scene.grace])
    other = make_participant(session, scene.event)
    make_meeting(session, scene.plan, scene.block.slots[3], scene.meeting.place, [scene.grace, other])
    session.flush()

    assert options(session, scene) == []


def test_options_leave_time_for_the_walk(session: Session, scene: Scene) -> None:
    far = make_pavilion(session, scene.event)
    session.add(
        WalkingTime(
            event_id=scene.event.id, from_id=far.id, to_id=scene.meeting.place.pavilion_id, minutes=30
        )
    )
    make_session(session, scene.event, "2023-11-07 11:35", attendees=[scene.ada], pavilion=far)

    assert options(session, scene) == [1]


def test_options_need_a_free_table_and_respect_the_limit_a_day(session: Session, scene: Scene) -> None:
    people = [make_participant(session, scene.event) for _ in range(4)]
    for table in (1, 2):
        make_meeting(
            session,
            scene.plan,
            scene.block.slots[1],
            scene.meeting.place,
            people[2 * table - 2 : 2 * table],
            table_number=table,
        )
    session.flush()
    assert options(session, scene) == [2, 3]

    scene.ada.max_meetings_per_day = 0
    session.flush()
    assert options(session, scene) == []


def test_cancelling_frees_everybody_and_tells_the_others_why(session: Session, scene: Scene) -> None:
    calendar_sync.refresh(session, scene.event, mails=False)
    changes.cancel(session, scene.event, scene.ada, scene.meeting, "My flight was cancelled", None)

    assert scene.meeting.state is MeetingState.CANCELLED
    assert session.scalars(select(ParticipantBooking)).all() == []
    (message,) = session.scalars(
        select(OutboxMessage).where(OutboxMessage.to_address == scene.grace.email)
    ).all()
    assert message.payload["changes"][0]["said"] == f"{scene.ada.name}: My flight was cancelled"
    with pytest.raises(Conflict, match="cancelled already"):
        changes.cancel(session, scene.event, scene.grace, scene.meeting, "Me too", None)


def test_cancelling_needs_a_reason(session: Session, scene: Scene) -> None:
    with pytest.raises(Invalid, match="short reason"):
        changes.cancel(session, scene.event, scene.ada, scene.meeting, "  ", None)


def test_meeting_of_others_can_not_be_cancelled(session: Session, scene: Scene) -> None:
    stranger = make_participant(session, scene.event)

    with pytest.raises(NotAllowed):
        changes.cancel(session, scene.event, stranger, scene.meeting, "Ha", None)


def test_meeting_that_has_begun_can_not_be_moved(session: Session, scene: Scene) -> None:
    scene.event.clock_shift = int((datetime.now(UTC) - at("2023-11-07 10:01")).total_seconds())

    with pytest.raises(Conflict, match="has begun"):
        changes.ask_to_move(
            session, scene.event, scene.ada, scene.meeting, scene.block.slots[2].public_id, "Late"
        )


def test_move_waits_for_the_other_and_then_happens(session: Session, scene: Scene) -> None:
    change = changes.ask_to_move(
        session, scene.event, scene.ada, scene.meeting, scene.block.slots[2].public_id, "I come later"
    )
    assert scene.meeting.slot == scene.block.slots[0]
    with pytest.raises(Conflict, match="a wish to move this meeting already"):
        changes.ask_to_move(
            session, scene.event, scene.grace, scene.meeting, scene.block.slots[1].public_id, "Or so"
        )
    with pytest.raises(NotAllowed):
        changes.answer_move(session, scene.event, scene.ada, change, True, None)

    changes.answer_move(session, scene.event, scene.grace, change, True, None)

    assert scene.meeting.slot == scene.block.slots[2]
    assert scene.meeting.sequence == 1
    ticks = session.scalars(
        select(ParticipantBooking.tick).where(ParticipantBooking.participant_id == scene.ada.id)
    )
    assert min(ticks) == scene.block.slots[2].first_tick


def test_move_to_a_time_that_is_gone_says_so(session: Session, scene: Scene) -> None:
    change = changes.ask_to_move(
        session, scene.event, scene.ada, scene.meeting, scene.block.slots[2].public_id, "Later"
    )
    session.add(
        BusyTime(
            participant_id=scene.grace.id, starts_at=at("2023-11-07 10:50"), ends_at=at("2023-11-07 11:00")
        )
    )
    session.flush()

    with pytest.raises(Invalid, match="does not suit everybody any more"):
        changes.answer_move(session, scene.event, scene.grace, change, True, None)


def test_move_that_is_refused_leaves_the_meeting(session: Session, scene: Scene) -> None:
    change = changes.ask_to_move(
        session, scene.event, scene.ada, scene.meeting, scene.block.slots[2].public_id, "Later"
    )

    changes.answer_move(session, scene.event, scene.grace, change, False, None)

    assert change.state is ChangeState.REFUSED
    assert scene.meeting.slot == scene.block.slots[0]


def test_answer_and_withdrawal_at_once_one_counts(session: Session, scene: Scene, database_url: str) -> None:
    change = changes.ask_to_move(
        session, scene.event, scene.ada, scene.meeting, scene.block.slots[2].public_id, "Later"
    )
    session.commit()
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def act(person_id: int) -> None:
        with db.new_session(database_url) as own:
            person = own.get_one(Participant, person_id)
            wish = own.get_one(MeetingChange, change.id)
            event = own.get_one(Event, person.event_id)
            _ = [one.participant for one in wish.meeting.attendances], wish.meeting.plan, wish.slot
            own.rollback()
            start.wait()
            try:
                if person_id == scene.ada.id:
                    changes.withdraw_move(own, person, wish, NOW)
                else:
                    changes.answer_move(own, event, person, wish, True, None)
                own.commit()
                outcomes.append("counted")
            except SchedulerError as error:
                outcomes.append(error.message)

    threads = [threading.Thread(target=act, args=(key,)) for key in (scene.ada.id, scene.grace.id)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["Somebody has answered this in the meantime. Reload to see it.", "counted"]
