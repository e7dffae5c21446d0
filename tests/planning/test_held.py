"""What has begun or been held is fixed; nothing is planned into a slot that has begun."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import BusySource, ParticipantState, PlanState, RequestState
from scheduler.models import BusyTime, Meeting, Participant, Plan, WalkingTime
from scheduler.planning.draft import store_draft
from scheduler.planning.problem import RoundProblem, round_problem
from scheduler.planning.refusal import CannotPlan
from scheduler.planning.solving import solve
from scheduler.planning.wishes import wish_key
from solver import Settings, check
from tests.factories import (
    at,
    make_block,
    make_event,
    make_meeting,
    make_participant,
    make_pavilion,
    make_place,
    make_plan,
    make_request,
    make_round,
    make_session,
)
from tests.services.scenes import set_clock
from tests.waiting import PLENTY


class Day:
    """Tuesday from 10:00 in slots of 20 minutes, 25 apart; Anna met Bo at 10:00 and is to meet Cem at 10:50."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.event = make_event(session)
        self.block = make_block(session, self.event)
        self.slots = self.block.slots
        self.round = make_round(session, self.event, blocks=[self.block])
        self.pavilion, self.other = make_pavilion(session, self.event), make_pavilion(session, self.event)
        self.tables = make_place(session, self.event, self.pavilion)
        self.far = make_place(session, self.event, self.other)
        self.anna, self.bo, self.cem, self.dora = (
            make_participant(session, self.event, name=name) for name in ("Anna", "Bo", "Cem", "Dora")
        )
        self.plan = make_plan(session, self.round)
        self.plan.published_at = at("2023-11-06 12:00")
        self.held = self.meet(0, self.tables, self.bo)
        self.ahead = self.meet(2, self.tables, self.cem)
        self.plan.state = PlanState.PUBLISHED
        make_request(session, self.round, self.anna, self.dora, RequestState.ACCEPTED)
        set_clock(self.event, "2023-11-07 10:30")
        session.flush()

    def meet(self, slot: int, place: object, other: Participant, table: int = 2) -> Meeting:
        make_request(self.session, self.round, self.anna, other, RequestState.ACCEPTED)
        meeting = make_meeting(
            self.session,
            self.plan,
            self.slots[slot],
            place,
            [self.anna, other],
            table_number=table,  # type: ignore[arg-type]
        )
        meeting.wish = wish_key(self.anna.public_id, other.public_id)
        return meeting

    def problem(self, base: Plan | None = None) -> RoundProblem:
        self.session.flush()
        return round_problem(self.session, self.round.id, base_plan=base.public_id if base else "")

    def run(self, base: Plan | None = None) -> dict[str, Meeting]:
        """The meetings of a short run's draft by the name of whom Anna meets."""
        ours = self.problem(base)
        schedule = solve(ours, Settings(time_limit=PLENTY, workers=1))
        plan = store_draft(self.session, ours, schedule, name="Next", now=self.event.now())
        names = {
            wish_key(self.anna.public_id, each.public_id): each.name
            for each in (self.bo, self.cem, self.dora)
        }
        rows = self.session.scalars(select(Meeting).where(Meeting.plan_id == plan.id))
        return {names[row.wish]: row for row in rows}


@pytest.fixture
def day(session: Session) -> Day:
    return Day(session)


def place_of(meeting: Meeting) -> Sequence[object]:
    people = {each.participant_id for each in meeting.attendances}
    return meeting.uid, meeting.slot_id, meeting.place_id, meeting.table_number, people


def test_wish_goes_only_into_slots_that_have_not_begun(day: Day) -> None:
    found = day.run()

    assert found["Dora"].slot_id == day.slots[3].id
    assert place_of(found["Bo"]) == place_of(day.held)
    assert found["Cem"].slot_id == day.slots[2].id


def test_slot_that_begins_this_minute_is_closed_and_the_next_one_is_open(day: Day) -> None:
    set_clock(day.event, "2023-11-07 10:50")
    assert [slot.id for slot in day.problem().problem.slots] == [
        day.slots[index].public_id for index in (0, 2, 3)
    ]
    set_clock(day.event, "2023-11-07 10:49")
    assert len(day.problem().problem.slots) == 3
    assert day.problem().material.base.held[0].wish == day.held.wish
    assert len(day.problem().material.base.held) == 1


def test_nothing_is_left_to_plan_once_the_last_slot_has_begun(day: Day) -> None:
    set_clock(day.event, "2023-11-07 11:15")

    with pytest.raises(CannotPlan, match="no-time-left"):
        day.problem()


def _request_withdrawn(day: Day) -> None:
    for request in day.session.scalars(select(type(make_request(day.session, day.round, day.bo, day.cem)))):
        if request.to_id == day.bo.id:
            request.state = RequestState.WITHDRAWN


def _person_left(day: Day) -> None:
    day.bo.state = ParticipantState.WITHDRAWN


def _answer_changed(day: Day) -> None:
    slot = day.slots[0]
    day.session.add(
        BusyTime(
            participant_id=day.bo.id, starts_at=slot.starts_at, ends_at=slot.ends_at, source=BusySource.OWN
        )
    )


def _session_attended(day: Day) -> None:
    make_session(
        day.session, day.event, "2023-11-07 10:05", minutes=30, attendees=[day.anna], pavilion=day.other
    )


def _limits_lowered(day: Day) -> None:
    day.bo.max_meetings = day.bo.max_meetings_per_day = 0


def _walk_longer(day: Day) -> None:
    make_session(day.session, day.event, "2023-11-07 09:00", attendees=[day.anna, day.bo], pavilion=day.other)
    day.session.add(
        WalkingTime(event_id=day.event.id, from_id=day.other.id, to_id=day.pavilion.id, minutes=30)
    )


def _table_gone(day: Day) -> None:
    day.tables.capacity = 1


def _place_and_time_taken_out(day: Day) -> None:
    day.tables.retired_at = day.slots[0].retired_at = day.event.now()


def _block_taken_from_the_round(day: Day) -> None:
    day.round.blocks = [make_block(day.session, day.event, "2023-11-08 10:00")]


@pytest.mark.parametrize(
    "change",
    [
        _request_withdrawn,
        _person_left,
        _answer_changed,
        _session_attended,
        _limits_lowered,
        _walk_longer,
        _block_taken_from_the_round,
        _table_gone,
        _place_and_time_taken_out,
    ],
)
def test_what_was_held_stays_whatever_has_changed_since(day: Day, change) -> None:
    change(day)

    found = day.run()

    assert place_of(found["Bo"]) == place_of(day.held)
    ours = day.problem()
    assert check(ours.problem, ours.start).clean


def test_two_held_meetings_with_a_walk_that_has_become_too_long_stay(day: Day) -> None:
    day.ahead.slot = day.slots[1]
    day.ahead.place = day.far
    day.session.add(
        WalkingTime(event_id=day.event.id, from_id=day.pavilion.id, to_id=day.other.id, minutes=25)
    )
    set_clock(day.event, "2023-11-07 10:26")

    found = day.run()

    assert place_of(found["Bo"]) == place_of(day.held)
    assert place_of(found["Cem"]) == place_of(day.ahead)
    # From where she was last she still has to walk: 25 minutes to the tables don't fit in 5, nor in 30 - 25.
    assert found["Dora"].place_id == day.far.id or found["Dora"].slot_id == day.slots[3].id


def test_draft_that_moves_what_was_held_is_overruled_in_the_run_that_goes_on_from_it(day: Day) -> None:
    draft = make_plan(day.session, day.round)
    moved = make_meeting(day.session, draft, day.slots[3], day.tables, [day.anna, day.bo])
    moved.wish, moved.locked = day.held.wish, True

    found = day.run(draft)

    assert place_of(found["Bo"]) == place_of(day.held)
    assert found["Dora"].slot_id == day.slots[3].id


def test_meeting_that_goes_on_keeps_its_table_from_slots_that_overlap_it(day: Day) -> None:
    day.tables.capacity = day.held.table_number
    long = make_block(day.session, day.event, "2023-11-07 10:05", slots=1, minutes=60)
    day.round.blocks = [day.block, long]
    day.session.flush()
    set_clock(day.event, "2023-11-07 10:02")

    places = {place.id: place for place in day.problem().problem.places}

    own = places[f"{day.tables.public_id}:{day.held.table_number}"]
    assert long.slots[0].public_id not in (own.slots or ())
    assert day.slots[3].public_id in (own.slots or ())


def test_daily_limit_of_today_counts_what_was_held_and_leaves_other_days_alone(day: Day) -> None:
    tomorrow = make_block(day.session, day.event, "2023-11-08 10:00")
    day.round.blocks = [day.block, tomorrow]
    day.anna.max_meetings_per_day = 2
    day.session.flush()

    found = day.run()

    days = {name: meeting.slot.day.day for name, meeting in found.items()}
    assert days == {"Bo": 7, "Cem": 7, "Dora": 8}
    assert found["Dora"].slot.starts_at - timedelta(days=1) >= at("2023-11-07 10:00")
