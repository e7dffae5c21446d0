"""The rules of the matching matrix in a plan: lengths, places, what counts and what comes first."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.causes import Cause, CauseKind, WhyNot
from scheduler.domain.enums import CellPriority, HeldAt, PlaceKind, RequestMode, RequestState
from scheduler.models import MatrixRule, Meeting, Participant
from scheduler.planning.causes import causes_of
from scheduler.planning.draft import store_draft
from scheduler.planning.problem import RoundProblem, round_problem
from scheduler.planning.solving import solve
from scheduler.planning.wishes import wish_key
from solver import Schedule, Settings
from tests.factories import (
    make_block,
    make_event,
    make_organisation,
    make_participant,
    make_pavilion,
    make_place,
    make_request,
    make_round,
    type_of,
)
from tests.services.scenes import set_clock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Fair:
    """Ada of a city asks Bo, who has a stand in Bavaria; times of 20 and 40 minutes, a table in each hall."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.event = make_event(session)
        set_clock(self.event, "2023-10-25 09:00")
        self.short = make_block(session, self.event, "2023-11-07 10:00", slots=2)
        self.long = make_block(session, self.event, "2023-11-07 14:00", slots=2, minutes=40)
        self.round = make_round(session, self.event, blocks=[self.short, self.long])
        bavaria, nordic = make_pavilion(session, self.event, "Bavaria"), make_pavilion(session, self.event)
        home = make_organisation(session, self.event, "Home")
        self.stand = make_place(
            session, self.event, bavaria, capacity=1, kind=PlaceKind.STAND, organisation=home
        )
        self.near = make_place(session, self.event, bavaria, capacity=1)
        self.far = make_place(session, self.event, nordic, capacity=1)
        self.ada = make_participant(session, self.event, name="Ada", type_code="city")
        self.bo = make_participant(session, self.event, name="Bo", organisation=home)
        self.wish = self.ask(self.ada, self.bo)

    def ask(self, one: Participant, other: Participant, state: RequestState = RequestState.ACCEPTED) -> str:
        make_request(self.session, self.round, one, other, state)
        return wish_key(one.public_id, other.public_id)

    def rule(self, asking: str = "city", asked: str = "supplier", **rules: object) -> None:
        found = self.session.scalars(
            select(MatrixRule).where(
                MatrixRule.from_type_id == type_of(self.session, self.event, asking).id,
                MatrixRule.to_type_id == type_of(self.session, self.event, asked).id,
            )
        ).one()
        for name, value in rules.items():
            setattr(found, name, value)
        self.session.flush()

    def solved(self) -> tuple[RoundProblem, Schedule]:
        ours = round_problem(self.session, self.round.id)
        return ours, solve(ours, Settings(time_limit=2.0, workers=1))

    def places(self) -> set[int]:
        """The places that the wish may go to."""
        problem = round_problem(self.session, self.round.id)
        (meeting,) = problem.problem.meetings
        names = problem.problem.place_index if meeting.places is None else meeting.places
        return {problem.spots[name].place_id for name in names}


@pytest.fixture
def fair(session: Session) -> Fair:
    return Fair(session)


def test_meetings_of_a_length_use_only_slots_of_that_length(fair: Fair) -> None:
    fair.rule(slot_minutes=40)
    ours, schedule = fair.solved()
    (held,) = schedule.meetings
    assert ours.slots[held.slot] in {slot.id for slot in fair.long.slots}


def test_a_length_that_no_time_has_is_the_cause_and_stops_no_other_meeting(fair: Fair) -> None:
    other = fair.ask(fair.bo, make_participant(fair.session, fair.event))
    fair.rule(slot_minutes=30)
    ours, schedule = fair.solved()
    assert [held.meeting for held in schedule.meetings] == [other]
    answer = causes_of(ours, schedule)[fair.wish]
    assert (answer.why, answer.causes) == (WhyNot.RULE, (Cause(CauseKind.LENGTH, number=30),))


@pytest.mark.parametrize(
    ("held_at", "names"),
    [
        (None, ("stand",)),
        (HeldAt.STAND, ("stand",)),
        (HeldAt.TABLE, ("near",)),
        (HeldAt.ANYWHERE, ("stand", "near", "far")),
    ],
)
def test_meetings_are_held_where_their_cell_says(
    fair: Fair, held_at: HeldAt | None, names: tuple[str, ...]
) -> None:
    fair.rule(held_at=held_at)
    assert fair.places() == {getattr(fair, name).id for name in names}


def test_without_a_stand_any_table_will_do_and_a_stand_is_the_cause(fair: Fair) -> None:
    fair.stand.organisation = make_organisation(fair.session, fair.event)
    fair.rule(held_at=HeldAt.TABLE)
    assert fair.places() == {fair.near.id, fair.far.id}
    fair.rule(held_at=HeldAt.STAND)
    ours, schedule = fair.solved()
    answer = causes_of(ours, schedule)[fair.wish]
    assert (answer.why, answer.causes) == (WhyNot.RULE, (Cause(CauseKind.HELD_AT, key="stand"),))


def test_who_asks_decides_by_which_cell_a_meeting_goes(fair: Fair) -> None:
    fair.rule("supplier", "city", slot_minutes=40)
    (held,) = fair.solved()[1].meetings
    assert held.meeting == fair.wish
    assert round_problem(fair.session, fair.round.id).problem.meetings[0].slots is None


def test_a_locked_meeting_stays_whatever_its_cell_says_by_now(fair: Fair) -> None:
    ours, schedule = fair.solved()
    plan = store_draft(fair.session, ours, schedule, name="Draft", now=fair.event.now())
    (meeting,) = fair.session.scalars(select(Meeting).where(Meeting.plan_id == plan.id))
    meeting.locked, meeting.lock_set_at = True, fair.event.now()
    fair.rule(slot_minutes=30, held_at=HeldAt.TABLE)
    again = round_problem(fair.session, fair.round.id, base_plan=plan.public_id)
    (held,) = solve(again, Settings(time_limit=2.0, workers=1)).meetings
    assert again.slots[held.slot] == meeting.slot_id


def test_silence_counts_only_where_the_cell_or_else_the_round_says_so(fair: Fair) -> None:
    cem, dora = (make_participant(fair.session, fair.event) for _ in range(2))
    asked = fair.ask(fair.ada, cem, RequestState.OPEN)
    among = fair.ask(cem, dora, RequestState.OPEN)

    def counted() -> set[str]:
        return {each.id for each in round_problem(fair.session, fair.round.id).problem.meetings}

    assert counted() == {fair.wish}
    fair.rule(request_mode=RequestMode.OPT_OUT)
    assert counted() == {fair.wish, asked}
    fair.round.request_mode = RequestMode.OPT_OUT
    fair.rule(request_mode=RequestMode.OPT_IN)
    assert counted() == {fair.wish, among}


def test_what_comes_first_takes_the_only_time(fair: Fair) -> None:
    """Two want the one time that Bo has; the usual wish is the most wanted that there is."""
    cem = make_participant(fair.session, fair.event)
    other = fair.ask(cem, fair.bo)
    fair.ask(fair.bo, cem)
    fair.bo.max_meetings = 1
    fair.session.flush()
    assert [held.meeting for held in fair.solved()[1].meetings] == [other]
    fair.rule(priority=CellPriority.FIRST)
    assert [held.meeting for held in fair.solved()[1].meetings] == [fair.wish]
