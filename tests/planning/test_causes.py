"""The facts behind a wish that a schedule leaves out: the true cause, by person, time and thing."""

from __future__ import annotations

import pytest
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.causes import Cause, CauseKind, WhyNot
from scheduler.domain.enums import BusySource, PlanState, RequestState
from scheduler.models import BusyTime, Event, PlaceOpening, Unscheduled, WalkingTime
from scheduler.planning.causes import Answer, causes_of
from scheduler.planning.draft import store_draft
from scheduler.planning.material import minute
from scheduler.planning.problem import RoundProblem, round_problem
from scheduler.planning.wishes import wish_key
from scheduler.queries.requests.causes import known_of
from scheduler.web.access import current
from scheduler.web.labels.causes import for_organiser, for_participant
from solver import Assignment, Schedule, Status, explain
from tests.factories import (
    NOW,
    at,
    make_block,
    make_delegation,
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

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
pytestmark = SQLITE


class Scene:
    """A top-up round of two slots, 10:00 and 10:25, in which Anna and Bo want to meet at one table."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.event = make_event(session)
        self.block = make_block(session, self.event, slots=2)
        self.first = make_round(session, self.event, blocks=[self.block])
        self.first.name = "Round 1"
        self.round = make_round(session, self.event, blocks=[self.block])
        self.pavilion = make_pavilion(session, self.event, "Bavaria")
        self.tables = make_place(session, self.event, self.pavilion, capacity=1)
        self.tables.name = "Tables"
        self.anna = make_participant(session, self.event, name="Anna", type_code="city")
        self.bo, self.cem, self.dora = (
            make_participant(session, self.event, name=name) for name in ("Bo", "Cem", "Dora")
        )
        make_request(session, self.round, self.anna, self.bo, RequestState.ACCEPTED)
        self.wish = wish_key(self.anna.public_id, self.bo.public_id)
        self.plan = make_plan(session, self.first)
        self.plan.state, self.plan.published_at = PlanState.PUBLISHED, NOW

    def booked(self, slot: int, people, place=None):
        """A published meeting of round 1."""
        place = place or make_place(self.session, self.event, self.pavilion)
        return make_meeting(self.session, self.plan, self.block.slots[slot], place, people)

    def schedule(self, held: tuple[Assignment, ...] = ()) -> tuple[RoundProblem, Schedule]:
        self.session.flush()
        ours = round_problem(self.session, self.round.id)
        rows = explain(ours.problem, held, proven=False)
        return ours, Schedule(ours.problem.name, Status.FEASIBLE, 0, None, 0.0, 0, 1, held, rows, None)

    def answer(self, held: tuple[Assignment, ...] = ()) -> Answer:
        return causes_of(*self.schedule(held))[self.wish]

    def time(self, slot: int) -> dict[str, int]:
        found = self.block.slots[slot]
        return {"start": minute(found.starts_at), "end": minute(found.ends_at)}


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


def test_somebody_whom_another_round_has_booked_is_not_said_to_be_unavailable(scene):
    one, other = scene.booked(0, [scene.anna, scene.cem]), scene.booked(1, [scene.anna, scene.dora])
    found = scene.answer()
    assert found.why is WhyNot.BOOKED_ELSEWHERE
    assert found.causes == (
        Cause(CauseKind.OTHER_ROUND, scene.anna.public_id, one.public_id, slots=1, **scene.time(0)),
        Cause(CauseKind.OTHER_ROUND, scene.anna.public_id, other.public_id, slots=1, **scene.time(1)),
    )


def test_answers_sessions_and_visits_are_told_apart(scene):
    talk = make_session(scene.session, scene.event, "2023-11-07 10:00", minutes=20, attendees=[scene.anna])
    delegation = make_delegation(scene.session, scene.event, [scene.bo])
    visit = make_session(scene.session, scene.event, "2023-11-07 10:25", minutes=20, delegation=delegation)
    start, end = at("2023-11-07 10:25"), at("2023-11-07 10:45")
    scene.session.add(
        BusyTime(participant_id=scene.anna.id, starts_at=start, ends_at=end, source=BusySource.OWN)
    )
    found = scene.answer()
    assert found.why is WhyNot.NO_COMMON_SLOT
    assert set(found.causes) == {
        Cause(CauseKind.SESSION, scene.anna.public_id, talk.public_id, slots=1, **scene.time(0)),
        Cause(CauseKind.BUSY, scene.anna.public_id, slots=1, number=2),
        Cause(CauseKind.VISIT, scene.bo.public_id, visit.public_id, slots=1, **scene.time(1)),
    }


def test_a_table_that_another_round_has_is_no_rule(scene):
    one = scene.booked(0, [scene.cem, scene.dora], scene.tables)
    other = scene.booked(1, [scene.cem, scene.dora], scene.tables)
    found = scene.answer()
    assert found.why is WhyNot.PLACE_TAKEN
    place = scene.tables.public_id
    assert found.causes == (
        Cause(CauseKind.PLACE_TAKEN, "", one.public_id, place, **scene.time(0)),
        Cause(CauseKind.PLACE_TAKEN, "", other.public_id, place, **scene.time(1)),
    )


def test_a_place_that_is_closed_is_named(scene):
    elsewhere = make_block(scene.session, scene.event, "2023-11-08 10:00")
    scene.session.add(PlaceOpening(place_id=scene.tables.id, block_id=elsewhere.id))
    found = scene.answer()
    assert found.why is WhyNot.PLACE_CLOSED
    assert found.causes == (Cause(CauseKind.PLACE_CLOSED, place=scene.tables.public_id, slots=2),)


def test_other_meetings_of_the_plan_are_named_with_their_time(scene):
    wishes = []
    for slot, person in enumerate((scene.cem, scene.dora)):
        make_request(scene.session, scene.round, scene.anna, person, RequestState.ACCEPTED)
        wishes.append(wish_key(scene.anna.public_id, person.public_id))
        assert slot == len(wishes) - 1
    held = tuple(
        Assignment(
            wishes[slot],
            scene.block.slots[slot].public_id,
            scene.tables.public_id,
            (scene.anna.public_id, person.public_id),
        )
        for slot, person in enumerate((scene.cem, scene.dora))
    )
    found = scene.answer(held)
    assert found.why is WhyNot.OUTRANKED
    assert found.causes == tuple(
        Cause(CauseKind.MEETING, scene.anna.public_id, wishes[slot], **scene.time(slot)) for slot in (0, 1)
    )


def test_slots_that_have_begun_are_said(scene):
    one = scene.booked(1, [scene.anna, scene.cem])
    set_clock(scene.event, "2023-11-07 10:05")
    found = scene.answer()
    assert found.why is WhyNot.BOOKED_ELSEWHERE
    assert found.causes == (
        Cause(CauseKind.OTHER_ROUND, scene.anna.public_id, one.public_id, slots=1, **scene.time(1)),
        Cause(CauseKind.BEGUN, slots=1),
    )


def test_a_limit_that_another_round_has_used_up_is_a_limit(scene):
    scene.anna.max_meetings = 1
    scene.booked(0, [scene.anna, scene.cem])
    found = scene.answer()
    assert (found.why, found.causes) == (
        WhyNot.LIMIT_REACHED,
        (Cause(CauseKind.LIMIT, scene.anna.public_id, number=1),),
    )


def test_a_walk_names_what_is_too_far_away(scene):
    far = make_pavilion(scene.session, scene.event, "Far")
    scene.session.add(
        WalkingTime(event_id=scene.event.id, from_id=far.id, to_id=scene.pavilion.id, minutes=60)
    )
    talk = make_session(
        scene.session, scene.event, "2023-11-07 09:00", minutes=60, attendees=[scene.anna], pavilion=far
    )
    found = scene.answer()
    start, end = minute(talk.starts_at), minute(talk.ends_at)
    assert found.why is WhyNot.WALKING
    assert found.causes == (
        Cause(CauseKind.WALK, scene.anna.public_id, talk.public_id, start=start, end=end),
    )


def test_the_organiser_reads_names_and_times_and_a_participant_no_private_facts_of_others(scene, app):
    scene.booked(0, [scene.anna, scene.cem])
    scene.booked(1, [scene.anna, scene.dora])
    ours, schedule = scene.schedule()
    plan = store_draft(scene.session, ours, schedule, name="Plan 900", now=NOW)
    row = scene.session.scalars(select(Unscheduled).where(Unscheduled.plan_id == plan.id)).one()
    known = known_of(scene.session, plan, [row])
    with app.test_request_context(), force_locale("en"):
        current.event = scene.session.get_one(Event, scene.event.id)
        assert for_organiser(row, known) == [
            "Anna meets Cem, Tue 7 Nov, 10:00–10:20 (Round 1).",
            "Anna meets Dora, Tue 7 Nov, 10:25–10:45 (Round 1).",
        ]
        assert for_participant(row, scene.anna.public_id, known) == [
            "You meet Cem, Tue 7 Nov, 10:00–10:20.",
            "You meet Dora, Tue 7 Nov, 10:25–10:45.",
        ]
        assert for_participant(row, scene.bo.public_id, known) == ["Anna can't make the times that are left."]
