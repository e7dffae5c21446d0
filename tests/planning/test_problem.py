"""A round's rows as a solver problem."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from scheduler.domain.enums import (
    BusySource,
    MeetingState,
    ParticipantState,
    PlaceKind,
    PlanState,
    RequestState,
)
from scheduler.domain.run_outcome import RunEnd, RunOutcome
from scheduler.models import BusyTime, MatchmakingRound, PlaceOpening, WalkingTime
from scheduler.planning.material import minute, read_material
from scheduler.planning.problem import round_problem
from scheduler.planning.refusal import CannotPlan
from scheduler.planning.wishes import wish_key
from solver import possible_start
from tests.counting import counted
from tests.factories import (
    NOW,
    at,
    make_block,
    make_delegation,
    make_event,
    make_meeting,
    make_organisation,
    make_participant,
    make_pavilion,
    make_place,
    make_plan,
    make_request,
    make_round,
    make_session,
)

# What the rows mean does not depend on the database; the queries themselves run on both in test_draft.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Scene:
    """An event with a block of four slots, two people who agreed to meet, and four tables."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.event = make_event(session)
        self.block = make_block(session, self.event)
        self.round = make_round(session, self.event, blocks=[self.block])
        self.pavilion = make_pavilion(session, self.event)
        self.tables = make_place(session, self.event, self.pavilion)
        self.anna = make_participant(session, self.event, name="Anna", type_code="city")
        self.bo = make_participant(session, self.event, name="Bo")
        self.request = make_request(session, self.round, self.anna, self.bo, RequestState.ACCEPTED)
        self.wish = wish_key(self.anna.public_id, self.bo.public_id)

    def solve_input(self):
        self.session.flush()
        return round_problem(self.session, self.round.id)

    def problem(self):
        return self.solve_input().problem

    def other_round(self) -> MatchmakingRound:
        return make_round(self.session, self.event, blocks=[self.block])


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


def test_the_problem_names_people_slots_and_tables_by_public_ids(scene):
    problem = scene.problem()
    assert [slot.id for slot in problem.slots] == [slot.public_id for slot in scene.block.slots]
    assert problem.slots[0].start == minute(at("2023-11-07 10:00"))
    assert {person.id for person in problem.participants} == {scene.anna.public_id, scene.bo.public_id}
    assert [(place.id, place.capacity) for place in problem.places] == [(scene.tables.public_id, 4)]
    assert [meeting.id for meeting in problem.meetings] == [scene.wish]


def test_busy_times_close_the_slots_they_touch(scene):
    start = at("2023-11-07 10:15")
    scene.session.add(
        BusyTime(
            participant_id=scene.bo.id,
            starts_at=start,
            ends_at=start + timedelta(minutes=15),
            source=BusySource.OWN,
        )
    )
    problem = scene.problem()
    slots = scene.block.slots
    assert problem.participant(scene.bo.public_id).slots == tuple(slot.public_id for slot in slots[2:])
    assert problem.participant(scene.anna.public_id).slots is None


def test_sessions_attended_are_commitments_with_their_pavilion(scene):
    make_session(scene.session, scene.event, attendees=[scene.bo], pavilion=scene.pavilion)
    (commitment,) = scene.problem().participant(scene.bo.public_id).commitments
    assert commitment.start == minute(at("2023-11-07 12:00"))
    assert commitment.pavilion == scene.pavilion.public_id


def test_joint_sessions_bind_every_member_of_the_delegation_once(scene):
    delegation = make_delegation(scene.session, scene.event, [scene.anna])
    make_session(scene.session, scene.event, delegation=delegation, attendees=[scene.anna])
    assert len(scene.problem().participant(scene.anna.public_id).commitments) == 1


def test_walking_minutes_hold_in_their_direction(scene):
    other = make_pavilion(scene.session, scene.event)
    scene.session.add(
        WalkingTime(event_id=scene.event.id, from_id=scene.pavilion.id, to_id=other.id, minutes=7)
    )
    assert scene.problem().walk(other.public_id, scene.pavilion.public_id) == 7


def test_an_exhibitor_meets_at_its_stand_and_others_at_the_tables(scene):
    stand = make_place(
        scene.session,
        scene.event,
        scene.pavilion,
        capacity=1,
        kind=PlaceKind.STAND,
        organisation=scene.bo.organisation,
    )
    visitor = make_participant(scene.session, scene.event)
    make_request(scene.session, scene.round, scene.anna, visitor, RequestState.ACCEPTED)
    problem = scene.problem()
    assert problem.meeting(scene.wish).places == (stand.public_id,)
    other = wish_key(scene.anna.public_id, visitor.public_id)
    assert problem.meeting(other).places == (scene.tables.public_id,)


def test_a_place_with_openings_is_closed_in_the_other_blocks(scene):
    later = make_block(scene.session, scene.event, "2023-11-08 10:00", slots=2)
    scene.round.blocks.append(later)
    scene.session.add(PlaceOpening(place_id=scene.tables.id, block_id=later.id))
    assert scene.problem().places[0].slots == tuple(slot.public_id for slot in later.slots)


def test_withdrawn_people_are_left_out(scene):
    scene.bo.state = ParticipantState.WITHDRAWN
    with pytest.raises(CannotPlan, match="no-wishes"):
        scene.problem()


def test_guarantee_is_the_larger_of_the_rounds_and_the_persons(scene):
    scene.round.guarantee = 2
    scene.bo.guarantee = 3
    problem = scene.problem()
    assert problem.participant(scene.anna.public_id).guarantee == 2
    assert problem.participant(scene.bo.public_id).guarantee == 3


def test_meetings_of_another_published_round_bind_people_and_table(scene):
    row = scene.other_round()
    plan = make_plan(scene.session, row)
    visitor = make_participant(scene.session, scene.event)
    slot = scene.block.slots[1]
    make_meeting(scene.session, plan, slot, scene.tables, [scene.bo, visitor], table_number=3)
    plan.state = PlanState.PUBLISHED
    scene.bo.max_meetings = 4
    scene.bo.max_meetings_per_day = 2
    ours = scene.solve_input()
    bo = ours.problem.participant(scene.bo.public_id)
    assert [(each.start, each.pavilion) for each in bo.commitments] == [
        (minute(slot.starts_at), scene.pavilion.public_id)
    ]
    assert (bo.max_meetings, bo.max_meetings_per_day) == (3, 1)
    places = {place.id: place for place in ours.problem.places}
    assert places[scene.tables.public_id].capacity == 3
    alone = places[f"{scene.tables.public_id}:3"]
    assert slot.public_id not in (alone.slots or ())
    assert len(alone.slots or ()) == 3
    assert ours.spots[scene.tables.public_id].tables == (1, 2, 4)


def test_drafts_of_other_rounds_bind_nobody(scene):
    plan = make_plan(scene.session, scene.other_round())
    visitor = make_participant(scene.session, scene.event)
    make_meeting(scene.session, plan, scene.block.slots[1], scene.tables, [scene.bo, visitor])
    assert scene.problem().participant(scene.bo.public_id).commitments == ()


def published(scene: Scene, slot: int = 1):
    plan = make_plan(scene.session, scene.round)
    meeting = make_meeting(
        scene.session, plan, scene.block.slots[slot], scene.tables, [scene.anna, scene.bo], table_number=2
    )
    meeting.wish = scene.wish
    plan.state = PlanState.PUBLISHED
    plan.published_at = NOW
    return meeting


def test_the_published_plan_says_where_a_meeting_stands(scene):
    meeting = published(scene)
    meeting.locked = True
    ours = scene.solve_input()
    wanted = ours.problem.meeting(scene.wish)
    assert wanted.locked
    assert wanted.published is not None
    assert (wanted.published.slot, wanted.published.place) == (meeting.slot.public_id, scene.tables.public_id)
    assert set(wanted.published.attendees or ()) == {scene.anna.public_id, scene.bo.public_id}
    assert ours.tables == {scene.wish: (scene.tables.id, 2)}


def test_a_search_begins_with_the_published_meetings_that_are_still_possible(scene):
    meeting = published(scene)
    ours = scene.solve_input()
    (kept,) = possible_start(ours.problem, ours.start)
    assert (kept.meeting, kept.slot) == (scene.wish, meeting.slot.public_id)
    scene.session.add(
        BusyTime(participant_id=scene.bo.id, starts_at=meeting.slot.starts_at, ends_at=meeting.slot.ends_at)
    )
    ours = scene.solve_input()
    assert possible_start(ours.problem, ours.start) == ()


def test_a_meeting_that_somebody_called_off_is_not_planned_again(scene):
    published(scene).state = MeetingState.CANCELLED
    with pytest.raises(CannotPlan):
        scene.problem()


def test_a_round_without_a_block_says_so(scene):
    scene.round.blocks = []
    with pytest.raises(CannotPlan, match="no-block"):
        scene.problem()


def test_an_event_without_people_says_so(session):
    event = make_event(session)
    row = make_round(session, event, blocks=[make_block(session, event)])
    with pytest.raises(CannotPlan, match="no-people"):
        round_problem(session, row.id)


def test_unknown_weights_are_refused(scene):
    with pytest.raises(CannotPlan) as refused:
        round_problem(scene.session, scene.round.id, {"fun": 1})
    assert refused.value.outcome == RunOutcome(RunEnd.UNKNOWN_WEIGHT, {"name": "fun"})


def test_reading_takes_as_many_queries_for_many_as_for_few(scene):
    def count() -> int:
        scene.session.flush()
        scene.session.expire_all()
        with counted() as statements:
            read_material(scene.session, scene.round.id)
        return len(statements)

    few = count()
    for _ in range(5):
        person = make_participant(
            scene.session, scene.event, organisation=make_organisation(scene.session, scene.event)
        )
        make_request(scene.session, scene.round, scene.anna, person, RequestState.ACCEPTED)
        make_session(scene.session, scene.event, attendees=[person])
        make_place(scene.session, scene.event, scene.pavilion)
    assert count() == few
