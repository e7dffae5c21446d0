"""The schema refuses double bookings, whoever writes and however."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.domain.enums import MeetingState
from scheduler.models import Meeting, ParticipantBooking, PlaceBooking, Plan, Slot
from tests import factories as make


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


class Scene:
    """One plan, two blocks whose slots overlap in time, a place with two tables, four people."""

    def __init__(self, session: Session) -> None:
        self.session = session
        event = make.make_event(session)
        self.early, self.late = make.make_block(session, event, minutes=20, pause=0, slots=2).slots
        (self.crossing,) = make.make_block(
            session, event, "2023-11-07 10:30", minutes=30, pause=0, slots=1
        ).slots
        self.place = make.make_place(session, event, capacity=2)
        self.people = [make.make_participant(session, event) for _ in range(4)]
        self.plan = make.make_plan(session, make.make_round(session, event))

    def meet(self, slot: Slot, one: int, other: int, table: int = 1, plan: Plan | None = None) -> Meeting:
        return make.make_meeting(
            self.session,
            plan or self.plan,
            slot,
            self.place,
            [self.people[one], self.people[other]],
            table_number=table,
        )


def test_double_booking_in_the_same_slot_is_refused(scene: Scene) -> None:
    scene.meet(scene.early, 0, 1)
    with pytest.raises(IntegrityError):
        scene.meet(scene.early, 0, 2, table=2)


def test_double_booking_in_overlapping_slots_of_two_blocks_is_refused(scene: Scene) -> None:
    scene.meet(scene.late, 0, 1)
    with pytest.raises(IntegrityError):
        scene.meet(scene.crossing, 0, 2, table=2)


def test_double_booking_by_moving_a_meeting_is_refused(scene: Scene) -> None:
    scene.meet(scene.late, 0, 1)
    meeting = scene.meet(scene.early, 0, 2)
    meeting.slot = scene.crossing
    with pytest.raises(IntegrityError):
        scene.session.flush()


def test_neighbouring_slots_of_one_participant_are_accepted(scene: Scene) -> None:
    scene.meet(scene.early, 0, 1)
    scene.meet(scene.late, 0, 2)
    assert scene.session.scalar(select(func.count()).select_from(ParticipantBooking)) == 16


def test_the_same_time_in_another_plan_is_accepted(scene: Scene) -> None:
    scene.meet(scene.early, 0, 1)
    scene.meet(scene.early, 0, 1, plan=make.make_plan(scene.session, scene.plan.round))


def test_a_cancelled_meeting_frees_its_time_and_a_revived_one_takes_it_again(scene: Scene) -> None:
    meeting = scene.meet(scene.early, 0, 1)
    meeting.state = MeetingState.CANCELLED
    scene.session.flush()
    scene.meet(scene.early, 0, 2)
    meeting.state = MeetingState.PLANNED
    with pytest.raises(IntegrityError):
        scene.session.flush()


def test_a_table_holds_one_meeting_at_a_time(scene: Scene) -> None:
    scene.meet(scene.early, 0, 1, table=2)
    with pytest.raises(IntegrityError):
        scene.meet(scene.early, 2, 3, table=2)


def test_a_table_beyond_the_capacity_is_refused(scene: Scene) -> None:
    with pytest.raises(IntegrityError):
        scene.meet(scene.early, 0, 1, table=3)


def test_a_deleted_meeting_leaves_no_booking(scene: Scene) -> None:
    meeting = scene.meet(scene.early, 0, 1)
    scene.session.delete(meeting)
    scene.session.flush()
    assert scene.session.scalar(select(func.count()).select_from(ParticipantBooking)) == 0
    assert scene.session.scalar(select(func.count()).select_from(PlaceBooking)) == 0


def test_a_slot_with_a_meeting_can_not_be_deleted(scene: Scene) -> None:
    scene.meet(scene.early, 0, 1)
    scene.session.delete(scene.early)
    with pytest.raises(IntegrityError):
        scene.session.flush()


def test_a_slot_keeps_its_times(scene: Scene) -> None:
    scene.early.tick_count = 1
    with pytest.raises(IntegrityError):
        scene.session.flush()


def test_one_plan_of_a_round_is_published_at_most(scene: Scene) -> None:
    from scheduler.domain.enums import PlanState

    other = make.make_plan(scene.session, scene.plan.round)
    scene.plan.state = PlanState.PUBLISHED
    scene.session.flush()
    other.state = PlanState.PUBLISHED
    with pytest.raises(IntegrityError):
        scene.session.flush()
