"""Where a meeting could go: the same answer as the solver's judge, with the reason by name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.alternatives import Rule
from scheduler.domain.enums import BusySource, PlaceKind, PlanState, RequestState, SessionKind
from scheduler.models import (
    BusyTime,
    Meeting,
    Participant,
    Place,
    PlaceOpening,
    Plan,
    Slot,
    WalkingTime,
)
from scheduler.planning.problem import RoundProblem, round_problem
from scheduler.planning.wishes import wish_key
from scheduler.queries.alternatives import Alternatives, free_times
from solver import Assignment, check
from tests.factories import (
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
from tests.services.scenes import set_clock


class Fair:
    """A published plan on Tuesday and Wednesday with all that can stand in the way of a move."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.event = make_event(session)
        self.blocks = [
            make_block(session, self.event, "2023-11-07 10:00", slots=5),
            make_block(session, self.event, "2023-11-07 12:10", slots=3, minutes=40),
            make_block(session, self.event, "2023-11-08 10:00", slots=3),
        ]
        self.outside = make_block(session, self.event, "2023-11-08 15:00", slots=1)
        self.round = make_round(session, self.event, blocks=self.blocks)
        self.near, self.far, self.unnamed = (
            make_pavilion(session, self.event, name) for name in ("Bavaria", "Catalonia", "Flanders")
        )
        session.add(WalkingTime(event_id=self.event.id, from_id=self.far.id, to_id=self.near.id, minutes=17))
        self.event.assumed_walk = 6
        home = make_organisation(session, self.event)
        self.ana = make_participant(session, self.event, name="Ana", type_code="city")
        self.bo = make_participant(session, self.event, name="Bo", organisation=home)
        self.cem, self.dora, self.eve = (
            make_participant(session, self.event, name=name) for name in ("Cem", "Dora", "Eve")
        )
        self.tables = make_place(session, self.event, self.near, capacity=2)
        self.others = make_place(session, self.event, self.far, capacity=1)
        self.third = make_place(session, self.event, self.unnamed, capacity=1, kind=PlaceKind.ROOM)
        session.add(PlaceOpening(place_id=self.third.id, block_id=self.blocks[0].id))
        self.plan = make_plan(session, self.round)
        self.meeting = self.meet(self.blocks[0].slots[1], self.tables, self.ana, self.bo)
        self.meet(self.blocks[0].slots[3], self.others, self.ana, self.cem)
        self.meet(self.blocks[1].slots[1], self.tables, self.cem, self.dora)
        self.meet(self.blocks[1].slots[0], self.tables, self.dora, self.eve, table=2)
        self.plan.state = PlanState.PUBLISHED
        self.plan.published_at = self.event.now()
        make_session(
            session, self.event, "2023-11-07 12:55", minutes=20, attendees=[self.bo], pavilion=self.far
        )
        make_session(
            session,
            self.event,
            "2023-11-08 10:30",
            minutes=10,
            pavilion=self.unnamed,
            kind=SessionKind.VISIT,
            delegation=make_delegation(session, self.event, [self.ana]),
        )
        busy = self.blocks[2].slots[2]
        session.add(
            BusyTime(
                participant_id=self.bo.id,
                starts_at=busy.starts_at + timedelta(minutes=15),
                ends_at=busy.ends_at,
                source=BusySource.OWN,
            )
        )
        self.bo.max_meetings_per_day = 2
        second = make_round(session, self.event, blocks=[self.blocks[2]])
        elsewhere = make_plan(session, second)
        make_meeting(
            session, elsewhere, self.blocks[2].slots[0], self.tables, [self.eve, self.bo], table_number=1
        )
        elsewhere.state = PlanState.PUBLISHED
        set_clock(self.event, "2023-11-07 09:50")
        session.flush()

    def meet(self, slot: Slot, place: Place, one: Participant, other: Participant, table: int = 1) -> Meeting:
        make_request(self.session, self.round, one, other, RequestState.ACCEPTED)
        meeting = make_meeting(self.session, self.plan, slot, place, [one, other], table_number=table)
        meeting.wish = wish_key(one.public_id, other.public_id)
        return meeting

    def known(self) -> Alternatives:
        self.session.flush()
        return Alternatives(self.session, self.event, self.meeting, self.event.now())

    def rules(self, slot: Slot, place: Place | None = None) -> list[tuple[Rule, str]]:
        return [(fact.rule, fact.person) for fact in self.known().at(slot, place or self.tables).facts]


@pytest.fixture
def fair(session: Session) -> Fair:
    return Fair(session)


def _clean(fair: Fair, ours: RoundProblem, slot: Slot, place: Place) -> bool:
    """Whether the judge accepts the plan with the meeting moved to some table of a place."""
    if slot.public_id not in ours.problem.slot_index:
        return False
    names = {(spot.place_id, table): name for name, spot in ours.spots.items() for table in spot.tables}
    rest = [
        Assignment(
            other.wish,
            other.slot.public_id,
            names[other.place_id, other.table_number],
            tuple(each.participant.public_id for each in other.attendances),
        )
        for other in fair.session.scalars(select(Meeting).where(Meeting.plan_id == fair.plan.id))
        if other.id != fair.meeting.id
    ]
    people = tuple(each.participant.public_id for each in fair.meeting.attendances)
    tables = {names[place.id, table] for table in range(1, place.capacity + 1)}
    return any(
        check(ours.problem, [*rest, Assignment(fair.meeting.wish, slot.public_id, name, people)]).clean
        for name in tables
    )


def _with_a_stand(fair: Fair) -> None:
    make_place(
        fair.session,
        fair.event,
        fair.far,
        capacity=1,
        kind=PlaceKind.STAND,
        organisation=fair.bo.organisation,
    )


def _of_a_third_party(fair: Fair) -> None:
    make_place(
        fair.session,
        fair.event,
        fair.far,
        capacity=1,
        kind=PlaceKind.STAND,
        organisation=make_organisation(fair.session, fair.event),
    )


def _later_in_the_day(fair: Fair) -> None:
    fair.meeting.slot = fair.blocks[1].slots[2]
    set_clock(fair.event, "2023-11-07 10:30")


def _everybody_near(fair: Fair) -> None:
    for walk in fair.session.scalars(select(WalkingTime)):
        walk.minutes = 0


def _computed(fair: Fair) -> None:
    for walk in fair.session.scalars(select(WalkingTime)):
        fair.session.delete(walk)
    fair.event.hall_width, fair.event.hall_depth = 2000, 1000
    for pavilion, (x, y) in ((fair.near, (0, 0)), (fair.far, (50, 20)), (fair.unnamed, (0, 30))):
        pavilion.x, pavilion.y = x, y


@pytest.mark.parametrize(
    "change", [None, _with_a_stand, _of_a_third_party, _later_in_the_day, _everybody_near, _computed]
)
def test_free_is_exactly_what_the_judge_accepts(fair: Fair, change) -> None:
    if change is not None:
        change(fair)
    fair.session.flush()
    ours = round_problem(fair.session, fair.round.id)
    known = fair.known()
    slots = fair.session.scalars(select(Slot).where(Slot.event_id == fair.event.id)).all()
    places = fair.session.scalars(select(Place).where(Place.event_id == fair.event.id)).all()

    answers = {
        (slot.id, place.id): (known.at(slot, place).free, _clean(fair, ours, slot, place))
        for slot in slots
        for place in places
    }

    wrong = {
        (fair.session.get_one(Slot, slot).starts_at, place): answer
        for (slot, place), answer in answers.items()
        if answer[0] is not answer[1]
    }
    assert wrong == {}
    assert len(set(answers.values())) == 2, "some are free, some are not"


def test_facts_name_who_is_taken_by_what_and_when(fair: Fair) -> None:
    first, second, third = fair.blocks

    assert fair.rules(first.slots[3]) == [(Rule.TAKEN, "Ana")]
    (fact,) = fair.known().at(first.slots[3], fair.tables).facts
    assert fact.by is not None
    assert (fact.by.partners, fact.by.time.start) == (("Cem",), first.slots[3].starts_at)
    assert fair.rules(second.slots[1]) == [(Rule.TAKEN, "Bo")]
    assert fair.rules(third.slots[0]) == [(Rule.TAKEN, "Bo")]
    assert fair.rules(third.slots[1]) == [(Rule.TAKEN, "Ana")]


def test_facts_say_how_many_minutes_a_walk_needs_and_how_many_there_are(fair: Fair) -> None:
    (fact,) = fair.known().at(fair.blocks[0].slots[2], fair.tables).facts

    assert (fact.rule, fact.person, fact.needed, fact.there) == (Rule.WALK, "Ana", 17, 5)
    assert not fact.impossible


def test_way_that_nobody_knows_is_said_and_only_where_time_is_short(fair: Fair) -> None:
    fair.event.assumed_walk = None

    assert (Rule.WALK_UNKNOWN, "Ana") in fair.rules(fair.blocks[0].slots[2], fair.third)
    assert Rule.WALK_UNKNOWN not in dict(fair.rules(fair.blocks[2].slots[2], fair.third))


def test_answers_limits_and_openings_can_be_overruled(fair: Fair) -> None:
    fair.bo.max_meetings_per_day = fair.bo.max_meetings = 1

    choice = fair.known().at(fair.blocks[2].slots[2], fair.third)

    assert [fact.rule for fact in choice.facts] == [Rule.CLOSED, Rule.BUSY, Rule.PER_DAY, Rule.IN_ALL]
    assert not choice.impossible


def test_time_outside_the_round_or_begun_is_impossible_and_not_offered(fair: Fair) -> None:
    set_clock(fair.event, "2023-11-07 10:20")

    assert fair.rules(fair.outside.slots[0]) == [(Rule.OTHER_ROUND, "")]
    assert fair.rules(fair.blocks[0].slots[0]) == [(Rule.BEGUN, "")]
    assert fair.blocks[0].slots[0] not in fair.known().slots
    set_clock(fair.event, "2023-11-07 10:25")
    assert (Rule.HELD, "") in fair.rules(fair.blocks[2].slots[2])


def test_table_of_another_rounds_meeting_is_taken(fair: Fair) -> None:
    fair.tables.capacity = 1
    fair.session.flush()
    stranger, other = (make_participant(fair.session, fair.event) for _ in range(2))
    fair.meeting = fair.meet(fair.blocks[2].slots[1], fair.tables, stranger, other)

    (fact,) = fair.known().at(fair.blocks[2].slots[0], fair.tables).facts

    assert fact.rule is Rule.TABLE_TAKEN
    assert fact.by is not None
    assert fact.by.partners == ("Eve", "Bo")


def test_participants_are_offered_only_what_is_free(fair: Fair) -> None:
    offered = free_times(fair.session, fair.event, fair.meeting, fair.event.now())

    assert fair.meeting.slot not in offered
    known = fair.known()
    assert offered
    assert all(known.at(slot, fair.meeting.place).free for slot in offered)


def test_draft_counts_its_own_meetings_and_not_those_it_will_replace(fair: Fair) -> None:
    draft: Plan = make_plan(fair.session, fair.round)
    twin = make_meeting(fair.session, draft, fair.blocks[0].slots[1], fair.tables, [fair.ana, fair.bo])
    known = Alternatives(fair.session, fair.event, twin, fair.event.now())

    assert known.at(fair.blocks[0].slots[3], fair.others).free
