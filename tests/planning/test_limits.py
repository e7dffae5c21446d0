"""The limits of a round in a plan: in all, by day and half-day, pauses, guarantees, and whose limit binds."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from sqlalchemy.orm import Session

from scheduler.domain.causes import ROUND, Cause, CauseKind, WhyNot
from scheduler.domain.enums import PlanState, RequestState
from scheduler.models import Meeting, RoundTypeRule
from scheduler.planning.causes import causes_of
from scheduler.planning.draft import store_draft
from scheduler.planning.exchange import store_claim
from scheduler.planning.problem import RoundProblem, round_problem
from scheduler.planning.solving import solve
from solver import Claim, Schedule, Settings, check
from tests.factories import (
    make_block,
    make_event,
    make_meeting,
    make_organisation,
    make_participant,
    make_pavilion,
    make_place,
    make_plan,
    make_request,
    make_round,
    type_of,
)
from tests.services.scenes import set_clock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SETTINGS = Settings(time_limit=3.0, workers=1)


class Fair:
    """Ada has eight wishes; on Tuesday there are four times in the morning and four after one, back to back."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.event = make_event(session)
        set_clock(self.event, "2023-10-25 09:00")
        self.morning = make_block(session, self.event, "2023-11-07 10:00", pause=0)
        self.afternoon = make_block(session, self.event, "2023-11-07 14:00", pause=0)
        self.round = make_round(session, self.event, blocks=[self.morning, self.afternoon])
        self.tables = make_place(session, self.event, make_pavilion(session, self.event), capacity=9)
        self.ada = make_participant(session, self.event, name="Ada", type_code="city")
        self.others = [make_participant(session, self.event, name=f"Bo {n}") for n in range(8)]
        for other in self.others:
            make_request(session, self.round, self.ada, other, RequestState.ACCEPTED)

    def solved(self) -> tuple[RoundProblem, Schedule]:
        self.session.flush()
        ours = round_problem(self.session, self.round.id)
        schedule = solve(ours, SETTINGS)
        assert check(ours.problem, schedule.meetings).clean
        return ours, schedule

    def starts(self, schedule: Schedule, ours: RoundProblem) -> list[int]:
        """When Ada meets, in minutes after ten o'clock."""
        first = min(slot.start for slot in ours.problem.slots)
        return sorted(ours.problem.slot(held.slot).start - first for held in schedule.meetings)

    def of_type(self, code: str, **figures: int) -> None:
        kind = type_of(self.session, self.event, code)
        self.session.add(RoundTypeRule(round_id=self.round.id, type_id=kind.id, **figures))


@pytest.fixture
def fair(session: Session) -> Fair:
    return Fair(session)


@pytest.mark.parametrize(
    ("general", "of_type", "own", "held"),
    [(None, None, None, 8), (5, None, None, 5), (5, 7, None, 7), (5, 7, 3, 3), (5, None, 6, 5)],
)
def test_the_tighter_of_ones_own_limit_and_that_of_the_type_or_the_round_binds(
    fair: Fair, general: int | None, of_type: int | None, own: int | None, held: int
) -> None:
    fair.round.max_meetings, fair.ada.max_meetings = general, own
    if of_type is not None:
        fair.of_type("city", max_meetings=of_type)
    ours, schedule = fair.solved()
    assert len(schedule.meetings) == held
    for row in schedule.unscheduled:
        answer = causes_of(ours, schedule)[row.meeting]
        assert answer.why is WhyNot.LIMIT_REACHED
        key = "" if own == held else ROUND
        assert answer.causes == (Cause(CauseKind.LIMIT, fair.ada.public_id, key, number=held),)


def test_no_day_holds_more_than_the_round_allows(fair: Fair) -> None:
    fair.round.blocks.append(make_block(fair.session, fair.event, "2023-11-08 10:00"))
    fair.round.max_meetings_per_day = 3
    ours, schedule = fair.solved()
    days = Counter(ours.problem.day_of(ours.problem.slot(held.slot).start) for held in schedule.meetings)
    assert sorted(days.values()) == [3, 3]
    answer = causes_of(ours, schedule)[schedule.unscheduled[0].meeting]
    assert answer.causes == (Cause(CauseKind.DAY_LIMIT, fair.ada.public_id, ROUND, number=3),)


def test_no_half_of_a_day_holds_more_than_the_round_allows(fair: Fair) -> None:
    fair.round.max_meetings_per_half_day = 2
    ours, schedule = fair.solved()
    assert len(schedule.meetings) == 4
    assert sum(start < 180 for start in fair.starts(schedule, ours)) == 2
    assert {name for held in schedule.meetings for name in held.attendees} <= ours.people.keys()
    answer = causes_of(ours, schedule)[schedule.unscheduled[0].meeting]
    assert answer.why is WhyNot.LIMIT_REACHED
    assert answer.causes == (Cause(CauseKind.HALF_DAY_LIMIT, fair.ada.public_id, number=2),)
    assert schedule.measures is not None
    assert schedule.measures.participants_without_meeting == 4


def test_the_second_half_begins_when_the_round_says(fair: Fair) -> None:
    fair.round.max_meetings_per_half_day, fair.round.half_day_at = 1, 10 * 60 + 20
    ours, schedule = fair.solved()
    starts = fair.starts(schedule, ours)
    assert (len(starts), starts[0]) == (2, 0)


def test_other_rounds_count_against_a_half_day(fair: Fair) -> None:
    fair.round.max_meetings_per_half_day = 2
    before = make_round(fair.session, fair.event, blocks=[fair.morning])
    plan = make_plan(fair.session, before)
    cem = make_participant(fair.session, fair.event)
    make_meeting(fair.session, plan, fair.morning.slots[0], fair.tables, [fair.ada, cem])
    plan.state = PlanState.PUBLISHED
    ours, schedule = fair.solved()
    assert sum(start < 180 for start in fair.starts(schedule, ours)) == 1
    assert len(schedule.meetings) == 3


def test_with_representatives_the_limit_of_each_of_them_holds(fair: Fair) -> None:
    """Any of Bo's people may come; none of them has more than one meeting in a morning."""
    fair.of_type("supplier", max_meetings_per_half_day=1)
    home = make_organisation(fair.session, fair.event)
    team = [make_participant(fair.session, fair.event, organisation=home) for _ in range(2)]
    for _ in range(4):
        asker = make_participant(fair.session, fair.event, type_code="city")
        make_request(
            fair.session, fair.round, asker, team[0], RequestState.ACCEPTED
        ).any_representative = True
    ours, schedule = fair.solved()
    halves = Counter(
        (name, ours.slots[held.slot] in {slot.id for slot in fair.morning.slots})
        for held in schedule.meetings
        for name in held.attendees
        if name in {one.public_id for one in team}
    )
    assert halves
    assert max(halves.values()) == 1


def test_locked_meetings_over_a_half_day_stay_and_leave_no_room_for_more(fair: Fair) -> None:
    ours, schedule = fair.solved()
    plan = store_draft(fair.session, ours, schedule, name="Draft", now=fair.event.now())
    for meeting in fair.session.query(Meeting).filter_by(plan_id=plan.id):
        meeting.locked, meeting.lock_set_at = meeting.slot.block_id == fair.morning.id, fair.event.now()
    fair.round.max_meetings_per_half_day = 1
    fair.session.flush()
    again = round_problem(fair.session, fair.round.id, base_plan=plan.public_id)
    starts = fair.starts(solve(again, SETTINGS), again)
    assert (sum(start < 180 for start in starts), sum(start >= 180 for start in starts)) == (4, 1)


def test_a_schedule_from_a_file_is_judged_by_half_days_too(fair: Fair) -> None:
    fair.round.max_meetings_per_half_day = 2
    fair.session.flush()
    ours = round_problem(fair.session, fair.round.id)
    asked = ours.half_days.problem
    schedule = solve(ours, SETTINGS)
    held = ours.half_days.with_shadows(schedule.meetings)
    assert check(asked, held).clean
    plan = store_claim(fair.session, fair.round.id, Claim(schedule.status, schedule.score, None, held, ()))
    assert plan.measures["held"] == 4
    people = {row.participant_id for one in fair.session.query(Meeting) for row in one.attendances}
    assert fair.ada.id in people


@pytest.mark.parametrize(("after", "minutes", "pause"), [(3, None, 20), (2, 40, 40), (1, None, 20)])
def test_a_pause_comes_after_so_many_in_a_row(
    fair: Fair, after: int, minutes: int | None, pause: int
) -> None:
    fair.round.pause_after, fair.round.pause_minutes = after, minutes
    ours, schedule = fair.solved()
    starts = fair.starts(schedule, ours)
    assert starts
    row = 1
    for one, other in pairwise(starts):
        row = row + 1 if other - one - 20 < pause else 1
        assert row <= after
    causes = {cause for answer in causes_of(ours, schedule).values() for cause in answer.causes}
    assert any(cause.kind is CauseKind.PAUSE and cause.number == after for cause in causes)


def test_who_wants_no_more_than_may_be_in_a_row_keeps_every_time(fair: Fair) -> None:
    fair.round.pause_after = 3
    fair.session.flush()
    ours = round_problem(fair.session, fair.round.id)
    assert set(ours.pauses) == {fair.ada.id}


def test_a_type_is_owed_what_the_round_says_for_it(fair: Fair) -> None:
    fair.round.guarantee = 1
    fair.of_type("supplier", guarantee=3)
    fair.session.flush()
    owed = {
        person.id: person.guarantee
        for person in round_problem(fair.session, fair.round.id).problem.participants
    }
    assert owed[fair.ada.public_id] == 1
    assert {owed[other.public_id] for other in fair.others} == {3}
