"""Health of a round: the figures are those of the problem that the solver would get."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy.orm import Session

from scheduler.domain.enums import RequestState
from scheduler.models import BusyTime, Event, MatchmakingRound, Participant
from scheduler.planning.health import round_health
from scheduler.planning.problem import round_problem
from tests import factories as make
from tests.conftest import Client


@pytest.fixture
def event(session: Session) -> Event:
    return make.make_event(session)


def scene(session: Session, event: Event, tables: int = 2) -> tuple[MatchmakingRound, list[Participant]]:
    """Three slots, tables in one hall, five people of whom four want to meet the first, and one who wants nobody."""
    block = make.make_block(session, event)
    hall = make.make_pavilion(session, event, "Bavaria")
    place = make.make_place(session, event, hall)
    place.capacity = tables
    round_ = make.make_round(session, event, blocks=[block])
    people = [make.make_participant(session, event, name=f"P{n}") for n in range(6)]
    for other in people[1:5]:
        make.make_request(session, round_, people[0], other, RequestState.ACCEPTED)
    session.commit()
    return round_, people


def test_each_possible_wish_counts_once_and_is_spread_over_its_times(session: Session, event: Event) -> None:
    round_, people = scene(session, event)
    slots = round_.blocks[0].slots
    # The first of those who are wanted can come in one slot alone.
    for slot in slots[1:]:
        session.add(BusyTime(participant_id=people[1].id, starts_at=slot.starts_at, ends_at=slot.ends_at))
    session.commit()
    health = round_health(round_problem(session, round_.id))

    assert (health.wishes, health.impossible) == (4, 0)
    assert health.demand.sum() == pytest.approx(4)
    each = 3 / len(slots)
    assert health.demand[0].tolist() == pytest.approx([1 + each, *[each] * (len(slots) - 1)])
    assert (health.room == 2).all()
    assert health.alone == (people[5].public_id,)


def test_who_is_wanted_more_often_than_free_is_named(session: Session, event: Event) -> None:
    round_, people = scene(session, event)
    slots = round_.blocks[0].slots
    for slot in slots[2:]:
        session.add(BusyTime(participant_id=people[0].id, starts_at=slot.starts_at, ends_at=slot.ends_at))
    session.commit()
    health = round_health(round_problem(session, round_.id))
    assert [(one.person, one.wishes, one.slots) for one in health.sought] == [(people[0].public_id, 4, 2)]
    assert health.demand[0, 2:].sum() == 0


def test_what_is_missing_is_told_for_the_worst_time(session: Session, event: Event) -> None:
    round_, people = scene(session, event, tables=1)
    for person in people[1:5]:
        for slot in round_.blocks[0].slots[1:]:
            session.add(BusyTime(participant_id=person.id, starts_at=slot.starts_at, ends_at=slot.ends_at))
    session.commit()
    health = round_health(round_problem(session, round_.id))
    assert health.demand[0, 0] == pytest.approx(4)
    assert health.missing([0]).tolist() == [3]
    assert health.missing([1, 2]).tolist() == [0]


def test_wishes_without_a_time_are_counted(session: Session, event: Event) -> None:
    round_, people = scene(session, event)
    for slot in round_.blocks[0].slots:
        session.add(BusyTime(participant_id=people[1].id, starts_at=slot.starts_at, ends_at=slot.ends_at))
    session.commit()
    health = round_health(round_problem(session, round_.id))
    assert health.impossible == 1
    assert np.isclose(health.demand.sum(), 3)


def test_the_page_says_what_would_help(session: Session, client: Client, event: Event) -> None:
    round_, people = scene(session, event, tables=1)
    for person in people[1:5]:
        for slot in round_.blocks[0].slots[1:]:
            session.add(BusyTime(participant_id=person.id, starts_at=slot.starts_at, ends_at=slot.ends_at))
    make.make_request(session, round_, people[1], people[5], RequestState.OPEN)
    empty = make.make_round(session, event)
    user = make.make_organiser(session, event)
    session.commit()
    client.sign_in(user)
    base = f"/e/{event.slug}/organise/rounds"
    page = client.get(f"{base}/{round_.public_id}/health")
    assert page.status_code == 200
    text = " ".join(page.text.split())
    assert "One person owes an answer." in text
    assert f"Bavaria needs 3 more tables in “{round_.blocks[0].name}”." in text
    assert "4/1<span" in text
    assert "needs it" not in text
    bare = client.get(f"{base}/{empty.public_id}/health")
    assert "This round has no meeting times yet." in bare.text
    assert client.get(f"{base}/nothing/health").status_code == 404
