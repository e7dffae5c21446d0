"""Health of a round: the figures are those of the problem that the solver would get."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import PlaceKind, PlanState, RequestState
from scheduler.domain.wish_keys import wish_key
from scheduler.models import BusyTime, Event, MatchmakingRound, Participant, Pavilion, Place
from scheduler.planning.health import PlaceGroup, round_health
from scheduler.planning.problem import round_problem
from tests import factories as make
from tests.conftest import Client
from tests.counting import counted


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

    assert (health.wishes, health.timeless) == (4, 0)
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
    assert [(one.person, one.wishes, one.most) for one in health.sought] == [(people[0].public_id, 4, 2)]
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
    assert health.timeless == 1
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
    # Who was asked is not among those who were not.
    assert "neither asked nor been asked" not in text
    bare = client.get(f"{base}/{empty.public_id}/health")
    assert "This round has no meeting times yet." in bare.text
    assert client.get(f"{base}/nothing/health").status_code == 404


def test_stands_do_not_hide_that_tables_are_lacking(session: Session, client: Client, event: Event) -> None:
    round_, people = scene(session, event, tables=1)
    hall = session.scalars(select(Pavilion)).one()
    for number in range(5):
        home = make.make_organisation(session, event, f"Exhibitor {number}")
        make.make_place(session, event, hall, kind=PlaceKind.STAND, capacity=1, organisation=home)
    owner = make.make_participant(session, event, organisation=home)
    make.make_request(session, round_, people[5], owner, RequestState.ACCEPTED)
    for other in people[1:5]:
        for slot in round_.blocks[0].slots[1:]:
            session.add(BusyTime(participant_id=other.id, starts_at=slot.starts_at, ends_at=slot.ends_at))
    client.sign_in(make.make_organiser(session, event))
    session.commit()
    health = round_health(round_problem(session, round_.id))
    assert health.halls == (PlaceGroup(hall.public_id, stands=False), PlaceGroup(hall.public_id, stands=True))
    assert health.room[:, 0].tolist() == [1, 5]
    assert health.demand.sum(axis=1).tolist() == pytest.approx([4, 1])
    assert health.missing([0]).tolist() == [3, 0]
    page = client.get(f"/e/{event.slug}/organise/rounds/{round_.public_id}/health")
    assert "Bavaria, stands" in page.text


def test_limits_count_as_free_times_do(session: Session, event: Event) -> None:
    round_, people = scene(session, event)
    people[0].max_meetings_per_day = 3
    session.commit()
    assert [(one.wishes, one.most) for one in round_health(round_problem(session, round_.id)).sought] == [
        (4, 3)
    ]
    people[0].max_meetings = 1
    session.commit()
    assert [(one.wishes, one.most) for one in round_health(round_problem(session, round_.id)).sought] == [
        (4, 1)
    ]


def test_who_has_nobody_is_told_apart_by_why(session: Session, client: Client, event: Event) -> None:
    round_, people = scene(session, event)
    refused = make.make_participant(session, event, name="Refused")
    make.make_request(session, round_, refused, people[0], RequestState.DECLINED)
    client.sign_in(make.make_organiser(session, event))
    session.commit()
    page = client.get(f"/e/{event.slug}/organise/rounds/{round_.public_id}/health")
    assert "One person has neither asked nor been asked, and will meet nobody." in page.text
    assert "One person has requests, but none that counts so far: Refused." in page.text


def test_without_tables_the_page_asks_for_tables(session: Session, client: Client, event: Event) -> None:
    block = make.make_block(session, event)
    round_ = make.make_round(session, event, blocks=[block])
    pair = [make.make_participant(session, event) for _ in range(2)]
    make.make_request(session, round_, *pair, RequestState.ACCEPTED)
    client.sign_in(make.make_organiser(session, event))
    session.commit()
    health = round_health(round_problem(session, round_.id))
    assert (health.timeless, health.placeless, health.halls) == (0, 1, ())
    page = client.get(f"/e/{event.slug}/organise/rounds/{round_.public_id}/health")
    assert "No table is open in any meeting time of this round." in page.text


def test_a_locked_meeting_counts_where_it_is(session: Session, event: Event) -> None:
    round_, people = scene(session, event)
    slot = round_.blocks[0].slots[2]
    plan = make.make_plan(session, round_)
    plan.state = PlanState.PUBLISHED
    place = session.scalars(select(Place)).one()
    meeting = make.make_meeting(session, plan, slot, place, people[:2])
    meeting.wish = wish_key(people[0].public_id, people[1].public_id)
    meeting.locked = True
    session.commit()
    found = round_problem(session, round_.id)
    assert [one.locked for one in found.problem.meetings].count(True) == 1
    each = 3 / len(round_.blocks[0].slots)
    assert round_health(found).demand[0].tolist() == pytest.approx([each, each, 1 + each, each])


def test_the_overview_leads_to_the_health_of_its_round(
    session: Session, client: Client, event: Event
) -> None:
    round_, _people = scene(session, event)
    client.sign_in(make.make_organiser(session, event))
    session.commit()
    page = client.get(f"/e/{event.slug}/organise/")
    assert f"/rounds/{round_.public_id}/health" in page.text


def test_the_page_asks_the_database_as_often_for_more_people(
    session: Session, client: Client, event: Event
) -> None:
    round_, known = scene(session, event)
    client.sign_in(make.make_organiser(session, event))
    session.commit()
    address = f"/e/{event.slug}/organise/rounds/{round_.public_id}/health"
    counts = []
    for more in (1, 30):
        for number in range(more):
            other = make.make_participant(session, event)
            make.make_request(session, round_, known[number % 5], other, RequestState.ACCEPTED)
            refused = make.make_participant(session, event)
            make.make_request(session, round_, known[number % 5], refused, RequestState.DECLINED)
        for slot in round_.blocks[0].slots[1:]:
            session.add(BusyTime(participant_id=other.id, starts_at=slot.starts_at, ends_at=slot.ends_at))
        session.commit()
        client.get(address)
        with counted() as statements:
            assert client.get(address).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]
