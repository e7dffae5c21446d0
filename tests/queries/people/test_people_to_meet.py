"""Finding people, on both databases: each compares texts in its own way."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from scheduler.domain.enums import BusySource, Direction, InterestLevel, ParticipantState
from scheduler.models import (
    BusyTime,
    Event,
    Interest,
    MatchmakingRound,
    Participant,
    ParticipantTopic,
    Place,
    Topic,
)
from scheduler.queries.people.choices import choices, topic_list
from scheduler.queries.people.people_to_meet import PAGE_SIZE, Filters, people_by_id, people_to_meet
from tests.factories import (
    NOW,
    at,
    make_block,
    make_event,
    make_organisation,
    make_participant,
    make_pavilion,
    make_place,
    make_round,
)


@pytest.fixture
def event(session: Session) -> Event:
    return make_event(session)


@pytest.fixture
def round_(session: Session, event: Event) -> MatchmakingRound:
    return make_round(session, event, blocks=[make_block(session, event)])


@pytest.fixture
def me(session: Session, event: Event, round_: MatchmakingRound) -> Participant:
    return make_participant(session, event, name="Ada Lovelace")


@pytest.fixture
def elise(session: Session, event: Event, me: Participant) -> Participant:
    """One supplier among others, with everything that can be looked for."""
    person = make_participant(session, event, name="Élise Durand")
    person.offers_text = "Compilers, 100% green_power"
    person.country = "FR"
    for number in range(2):
        make_participant(session, event, name=f"Passer-by {number}")
    session.flush()
    return person


def names(session: Session, me: Participant, round_: MatchmakingRound, **filters: object) -> list[str]:
    found = people_to_meet(session, me, round_.id, Filters(**filters))  # type: ignore[arg-type]
    assert found.count == len(found.rows)
    return [row.name for row in found.rows]


@pytest.mark.parametrize(
    "text",
    ["compil", "ÉLISE", "élise durand", "elise", "E\u0301lise", "100%", "green_power", "GREEN compilers"],
)
def test_words_are_found_whatever_their_case(
    session: Session, me: Participant, round_: MatchmakingRound, elise: Participant, text: str
) -> None:
    assert names(session, me, round_, text=text) == [elise.name]


@pytest.mark.parametrize("text", ["100_", "green%power", "nobody", "compilers nobody"])
def test_signs_of_the_database_are_plain_letters(
    session: Session, me: Participant, round_: MatchmakingRound, elise: Participant, text: str
) -> None:
    assert names(session, me, round_, text=text) == []


def test_other_filters(
    session: Session, event: Event, me: Participant, round_: MatchmakingRound, elise: Participant
) -> None:
    root = Topic(event_id=event.id, code="a", label="A")
    session.add(root)
    session.flush()
    leaf = Topic(event_id=event.id, code="b", label="B", parent_id=root.id)
    session.add(leaf)
    session.flush()
    session.add(ParticipantTopic(participant_id=elise.id, topic_id=leaf.id, direction=Direction.OFFERS))
    session.add(
        Interest(round_id=round_.id, from_id=me.id, to_id=elise.id, level=InterestLevel.MUST, updated_at=NOW)
    )
    hall = make_pavilion(session, event)
    place: Place = make_place(session, event, hall, organisation=elise.organisation)
    for person in (me, *[one for one in session.query(Participant).all() if one.id != elise.id]):
        session.add(
            BusyTime(
                participant_id=person.id,
                starts_at=at("2023-11-07 08:00"),
                ends_at=at("2023-11-07 20:00"),
                source=BusySource.OWN,
            )
        )
    session.flush()
    day = at("2023-11-07 12:00").date()

    for filters in (
        {"topic": root.id},
        {"country": "FR"},
        {"pavilion": place.pavilion.public_id},
        {"interest": InterestLevel.MUST},
        {"day": day},
    ):
        assert names(session, me, round_, **filters) == [elise.name], filters
    assert [topic.code for topic in topic_list(session, event.id)] == ["a", "b"]
    offered = choices(session, me)
    assert offered.days == (day,)
    assert offered.pavilions == ((hall.public_id, hall.name),)


def test_pages_follow_the_names_and_stop_at_the_last(
    session: Session, event: Event, me: Participant, round_: MatchmakingRound
) -> None:
    shared = make_organisation(session, event)
    for number in range(PAGE_SIZE + 2):
        make_participant(session, event, name=f"Person {number:03}", organisation=shared, with_user=False)

    last = people_to_meet(session, me, round_.id, Filters(), page=99)

    assert (last.page, last.pages, last.count) == (2, 2, PAGE_SIZE + 2)
    assert [row.name for row in last.rows] == ["Person 030", "Person 031"]


def test_people_by_id_leaves_out_whom_one_may_not_ask(
    session: Session, event: Event, me: Participant, round_: MatchmakingRound
) -> None:
    city = make_participant(session, event, type_code="city")
    other_city = make_participant(session, event, type_code="city")
    gone = make_participant(session, event, state=ParticipantState.WITHDRAWN)
    stranger = make_participant(session, make_event(session))
    ids = [me.id, city.id, other_city.id, gone.id, stranger.id]

    assert set(people_by_id(session, me, round_.id, ids)) == {city.id, other_city.id}
    assert set(people_by_id(session, city, round_.id, ids)) == {me.id}


def test_who_has_left_by_a_day_is_not_there_on_it(
    session: Session, event: Event, me: Participant, round_: MatchmakingRound, elise: Participant
) -> None:
    make_block(session, event, "2023-11-08 10:00")
    elise.leaves_at = at("2023-11-07 18:00")
    session.flush()
    assert elise.name in names(session, me, round_, day=at("2023-11-07 12:00").date())
    assert elise.name not in names(session, me, round_, day=at("2023-11-08 12:00").date())
