"""What a run begins from: locks and call-offs of a draft hold in the runs that go on from it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import MeetingState, PlanState, RequestState
from scheduler.models import Meeting, MeetingAttendance, Plan
from scheduler.planning.draft import store_draft
from scheduler.planning.problem import round_problem
from scheduler.planning.refusal import CannotPlan
from scheduler.planning.result import next_name
from scheduler.planning.solving import solve
from scheduler.planning.wishes import wish_key
from scheduler.services.meetings.meetings import bring_back_meeting, cancel_meeting, lock_meeting
from scheduler.services.meetings.plans import publish
from solver import Settings
from tests.factories import (
    NOW,
    make_block,
    make_event,
    make_meeting,
    make_participant,
    make_place,
    make_plan,
    make_request,
    make_round,
)
from tests.services.scenes import set_clock
from tests.waiting import PLENTY


class Scene:
    """Anna wants to meet Bo and Cem; four slots, four tables."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.event = make_event(session)
        self.block = make_block(session, self.event)
        self.round = make_round(session, self.event, blocks=[self.block])
        self.tables = make_place(session, self.event)
        self.anna, self.bo, self.cem = (
            make_participant(session, self.event, name=name) for name in ("Anna", "Bo", "Cem")
        )
        self.wishes = []
        for other in (self.bo, self.cem):
            make_request(session, self.round, self.anna, other, RequestState.ACCEPTED)
            self.wishes.append(wish_key(self.anna.public_id, other.public_id))

    def plan(self, *slots: int | None) -> Plan:
        """A plan with the meetings of Bo and Cem in these slots."""
        plan = make_plan(self.session, self.round)
        for wish, slot, other in zip(self.wishes, slots, (self.bo, self.cem), strict=True):
            if slot is not None:
                place = self.block.slots[slot]
                meeting = make_meeting(
                    self.session, plan, place, self.tables, [self.anna, other], table_number=3
                )
                meeting.wish = wish
        self.session.flush()
        return plan

    def meetings(self, plan: Plan) -> dict[str, Meeting]:
        rows = self.session.scalars(select(Meeting).where(Meeting.plan_id == plan.id))
        return {row.wish: row for row in rows}

    def run(self, base: Plan | None = None) -> Plan:
        """The draft of a short run."""
        self.session.flush()
        ours = round_problem(self.session, self.round.id, base_plan=base.public_id if base else "")
        schedule = solve(ours, Settings(time_limit=PLENTY, workers=1))
        return store_draft(self.session, ours, schedule, name=next_name(self.session, self.event.id), now=NOW)


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


def test_a_lock_of_a_draft_holds_in_the_run_that_goes_on_from_it(scene):
    draft = scene.plan(3, 1)
    lock_meeting(scene.session, scene.meetings(draft)[scene.wishes[0]], True)
    found = scene.meetings(scene.run(draft))[scene.wishes[0]]
    assert (found.slot_id, found.table_number, found.locked) == (scene.block.slots[3].id, 3, True)


def test_a_lock_of_a_draft_goes_before_what_people_have(scene):
    published = scene.plan(0, 1)
    published.state, published.published_at = PlanState.PUBLISHED, NOW
    draft = scene.plan(3, 1)
    lock_meeting(scene.session, scene.meetings(draft)[scene.wishes[0]], True)
    assert scene.meetings(scene.run(draft))[scene.wishes[0]].slot_id == scene.block.slots[3].id
    assert scene.meetings(scene.run())[scene.wishes[0]].slot_id == scene.block.slots[0].id


def test_a_lock_of_the_published_plan_holds_in_a_run_from_a_draft(scene):
    published = scene.plan(2, 1)
    published.state, published.published_at = PlanState.PUBLISHED, NOW
    lock_meeting(scene.session, scene.meetings(published)[scene.wishes[0]], True)
    found = scene.meetings(scene.run(scene.plan(0, 1)))[scene.wishes[0]]
    assert (found.slot_id, found.locked) == (scene.block.slots[2].id, True)


def test_a_meeting_that_was_let_go_in_a_draft_stays_so_through_two_generations_of_runs(scene):
    published = scene.plan(2, 1)
    published.state, published.published_at = PlanState.PUBLISHED, NOW
    wish = scene.wishes[0]
    lock_meeting(scene.session, scene.meetings(published)[wish], True)
    draft = scene.run()
    assert scene.meetings(draft)[wish].locked
    lock_meeting(scene.session, scene.meetings(draft)[wish], False)
    second = scene.run(draft)
    third = scene.run(second)
    assert [scene.meetings(plan)[wish].locked for plan in (second, third)] == [False, False]
    # The last word counts, whichever plan it is in.
    lock_meeting(scene.session, scene.meetings(published)[wish], False)
    lock_meeting(scene.session, scene.meetings(published)[wish], True)
    fourth = scene.meetings(scene.run(third))[wish]
    assert (fourth.locked, fourth.slot_id) == (True, scene.block.slots[2].id)


def test_a_lock_is_kept_through_two_generations_of_runs(scene):
    draft = scene.plan(3, 1)
    wish = scene.wishes[0]
    lock_meeting(scene.session, scene.meetings(draft)[wish], True)
    third = scene.meetings(scene.run(scene.run(draft)))[wish]
    assert (third.locked, third.slot_id) == (True, scene.block.slots[3].id)


def test_what_has_begun_is_no_lock_of_anybody(scene):
    published = scene.plan(0, 1)
    published.state, published.published_at = PlanState.PUBLISHED, NOW
    set_clock(scene.event, "2023-11-07 10:05")
    found = scene.meetings(scene.run())[scene.wishes[0]]
    assert (found.slot_id, found.locked) == (scene.block.slots[0].id, False)


def test_a_call_off_in_a_draft_holds_in_every_run_that_goes_on_from_it(scene):
    draft = scene.plan(3, 1)
    cancel_meeting(scene.session, scene.meetings(draft)[scene.wishes[0]])
    second = scene.run(draft)
    found = scene.meetings(second)
    assert {wish: row.state for wish, row in found.items()} == {
        scene.wishes[0]: MeetingState.CANCELLED,
        scene.wishes[1]: MeetingState.PLANNED,
    }
    # The third knows it from the second alone.
    scene.session.delete(draft)
    scene.session.flush()
    third = scene.meetings(scene.run(second))
    assert third[scene.wishes[0]].state is MeetingState.CANCELLED
    people = scene.session.scalars(
        select(MeetingAttendance.participant_id).where(
            MeetingAttendance.meeting_id == third[scene.wishes[0]].id
        )
    )
    assert set(people) == {scene.anna.id, scene.bo.id}
    bring_back_meeting(scene.session, third[scene.wishes[0]])
    assert third[scene.wishes[0]].state is MeetingState.PLANNED


def test_a_meeting_brought_back_in_a_draft_is_planned_from_there(scene):
    published = scene.plan(0, 1)
    published.state, published.published_at = PlanState.PUBLISHED, NOW
    cancel_meeting(scene.session, scene.meetings(published)[scene.wishes[0]])
    draft = scene.run()
    kept = scene.meetings(draft)[scene.wishes[0]]
    assert kept.state is MeetingState.CANCELLED
    bring_back_meeting(scene.session, kept)
    assert scene.meetings(scene.run(draft))[scene.wishes[0]].state is MeetingState.PLANNED


def test_a_meeting_called_off_after_a_draft_was_made_is_not_brought_back_by_it(scene):
    first = scene.plan(0, 1)
    publish(scene.session, first, None)
    draft = scene.plan(2, 1)
    cancelled = scene.meetings(first)[scene.wishes[0]]
    cancel_meeting(scene.session, cancelled)
    cancelled.changed_at = NOW + timedelta(hours=1)
    again = scene.run(draft)
    assert scene.meetings(again)[scene.wishes[0]].state is MeetingState.CANCELLED
    done = publish(scene.session, draft, None)
    assert done.left_out == 1
    scene.session.expire_all()
    assert scene.meetings(draft)[scene.wishes[0]].state is MeetingState.CANCELLED


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_run_whose_plan_was_deleted_says_so(scene):
    draft = scene.plan(0, 1)
    key = draft.public_id
    scene.session.delete(draft)
    scene.session.flush()
    with pytest.raises(CannotPlan, match="base-gone"):
        round_problem(scene.session, scene.round.id, base_plan=key)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_is_left_when_everything_was_called_off_in_the_draft(scene):
    draft = scene.plan(0, 1)
    for meeting in scene.meetings(draft).values():
        cancel_meeting(scene.session, meeting)
    with pytest.raises(CannotPlan):
        round_problem(scene.session, scene.round.id, base_plan=draft.public_id)
