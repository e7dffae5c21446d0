"""What the matching matrix and the round say against moving a meeting by hand."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.alternatives import Rule
from scheduler.domain.enums import HeldAt, PlaceKind, RequestState
from scheduler.domain.wish_keys import call_key, wish_key
from scheduler.models import MatrixRule, Place, Slot
from scheduler.queries.alternatives import Alternatives
from scheduler.web.labels.alternatives import fact_said
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


class Fair:
    """Ada, of a city, has asked Bo, who has a stand; times of 20 minutes in the morning, one of 40 in the afternoon."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.event = make_event(session)
        set_clock(self.event, "2023-11-01 09:00")
        self.morning = make_block(session, self.event, "2023-11-07 10:00", pause=0)
        self.long = make_block(session, self.event, "2023-11-07 14:00", slots=1, minutes=40)
        self.round = make_round(session, self.event, blocks=[self.morning, self.long])
        here, there = make_pavilion(session, self.event), make_pavilion(session, self.event)
        home = make_organisation(session, self.event, "Home")
        self.near, self.far = (make_place(session, self.event, each, capacity=4) for each in (here, there))
        self.stand = make_place(
            session, self.event, here, capacity=4, kind=PlaceKind.STAND, organisation=home
        )
        self.ada = make_participant(session, self.event, name="Ada", type_code="city")
        self.bo = make_participant(session, self.event, name="Bo", organisation=home)
        make_request(session, self.round, self.ada, self.bo, RequestState.ACCEPTED)
        self.plan = make_plan(session, self.round)
        self.meeting = make_meeting(
            session, self.plan, self.morning.slots[0], self.stand, [self.ada, self.bo]
        )
        self.meeting.wish = wish_key(self.ada.public_id, self.bo.public_id)

    def rule(self, **rules: Any) -> None:
        city = type_of(self.session, self.event, "city")
        (found,) = self.session.scalars(select(MatrixRule).where(MatrixRule.from_type_id == city.id))
        for name, value in rules.items():
            setattr(found, name, value)

    def rules(self, slot: Slot, place: Place | None = None) -> list[Rule]:
        self.session.flush()
        known = Alternatives(self.session, self.event, self.meeting, self.event.now())
        choice = known.at(slot, place or self.stand)
        assert all(fact_said(fact, choice.place.name, self.event.zone) for fact in choice.facts)
        assert not choice.impossible
        return [fact.rule for fact in choice.facts]

    def meet_again(self, *slots: Slot) -> None:
        for slot in slots:
            other = make_participant(self.session, self.event)
            make_meeting(self.session, self.plan, slot, self.near, [self.ada, other])


@pytest.fixture
def fair(session: Session) -> Fair:
    return Fair(session)


def test_a_time_of_another_length_can_be_overruled(fair: Fair) -> None:
    fair.rule(slot_minutes=40)
    assert fair.rules(fair.morning.slots[1]) == [Rule.LENGTH]
    assert fair.rules(fair.long.slots[0]) == []


@pytest.mark.parametrize(
    ("held_at", "stand", "near", "far"),
    [
        (None, [], [Rule.OWN_STAND], [Rule.OWN_STAND]),
        (HeldAt.ANYWHERE, [], [], []),
        (HeldAt.STAND, [], [Rule.STAND_ONLY], [Rule.STAND_ONLY]),
        (HeldAt.TABLE, [Rule.TABLE_ONLY], [], [Rule.TABLE_ONLY]),
    ],
)
def test_a_place_that_the_cell_does_not_mean_can_be_overruled(
    fair: Fair, held_at: HeldAt | None, stand: list[Rule], near: list[Rule], far: list[Rule]
) -> None:
    fair.rule(held_at=held_at)
    slot = fair.morning.slots[1]
    assert [fair.rules(slot, place) for place in (fair.stand, fair.near, fair.far)] == [stand, near, far]


def test_the_cell_of_who_asked_holds_and_a_group_has_none(fair: Fair) -> None:
    supplier = type_of(fair.session, fair.event, "supplier")
    for found in fair.session.scalars(select(MatrixRule).where(MatrixRule.from_type_id == supplier.id)):
        found.slot_minutes = 40
    assert fair.rules(fair.morning.slots[1]) == []
    fair.rule(slot_minutes=40)
    fair.meeting.wish = call_key("x")
    assert fair.rules(fair.morning.slots[1]) == []


def test_the_round_s_limits_speak_of_the_day_the_half_of_it_and_all(fair: Fair) -> None:
    fair.meet_again(*fair.morning.slots[2:])
    fair.round.max_meetings, fair.round.max_meetings_per_day = 2, 2
    fair.round.max_meetings_per_half_day = 2
    assert fair.rules(fair.morning.slots[1]) == [Rule.PER_DAY, Rule.PER_HALF_DAY, Rule.IN_ALL]
    fair.round.max_meetings = fair.round.max_meetings_per_day = None
    assert fair.rules(fair.long.slots[0]) == []
    fair.round.half_day_at = 23 * 60
    assert fair.rules(fair.long.slots[0]) == [Rule.PER_HALF_DAY]


def test_a_pause_is_asked_for_after_so_many_in_a_row(fair: Fair) -> None:
    fair.meet_again(*fair.morning.slots[2:])
    fair.round.pause_after = 2
    assert fair.rules(fair.morning.slots[1]) == [Rule.IN_A_ROW]
    assert fair.rules(fair.morning.slots[0]) == []
    fair.round.pause_minutes = 30
    assert fair.rules(fair.morning.slots[0]) == [Rule.IN_A_ROW]
