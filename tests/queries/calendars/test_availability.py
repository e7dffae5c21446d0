"""How many meeting times are open to somebody: of open rounds, ahead, and not booked already."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from scheduler.domain.enums import PlanState, RoundState
from scheduler.models import BusyTime
from scheduler.queries.calendars.availability import availability_of
from tests.factories import (
    at,
    make_block,
    make_event,
    make_meeting,
    make_participant,
    make_place,
    make_plan,
    make_round,
)


def figures(session: Session, person, now: str) -> tuple[int, int, int]:
    """Open to the person, offered by open rounds, and shown on the grid."""
    session.flush()
    known = availability_of(session, person, at(now))
    return known.open_to(), len(known.offered), len(known.slots)


def test_only_times_of_open_rounds_that_are_ahead_and_not_booked_are_counted(session: Session) -> None:
    event = make_event(session)
    morning = make_block(session, event)
    evening = make_block(session, event, "2023-11-07 18:00", slots=3)
    first = make_round(session, event, blocks=[morning], state=RoundState.CLOSED)
    second = make_round(session, event, blocks=[evening])
    anna, bo = make_participant(session, event), make_participant(session, event)
    assert figures(session, anna, "2023-11-01 09:00") == (3, 3, 7)
    assert figures(session, anna, "2023-11-07 18:10") == (2, 2, 2)
    plan = make_plan(session, first)
    make_meeting(session, plan, evening.slots[0], make_place(session, event), [anna, bo])
    assert figures(session, anna, "2023-11-01 09:00") == (3, 3, 7)
    plan.state = PlanState.PUBLISHED
    assert figures(session, anna, "2023-11-01 09:00") == (2, 3, 7)
    slot = evening.slots[2]
    session.add(BusyTime(participant_id=anna.id, starts_at=slot.starts_at, ends_at=slot.ends_at))
    assert figures(session, anna, "2023-11-01 09:00") == (1, 3, 7)
    second.state = RoundState.CLOSED
    assert figures(session, anna, "2023-11-01 09:00") == (0, 0, 7)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_time_that_two_open_rounds_offer_counts_once(session: Session) -> None:
    event = make_event(session)
    block = make_block(session, event)
    for _round in range(2):
        make_round(session, event, blocks=[block])
    assert figures(session, make_participant(session, event), "2023-11-01 09:00") == (4, 4, 4)
