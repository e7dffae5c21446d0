"""Lists of partners: made for a round, made again for one person, and never of people whom one may not meet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import Direction, InterestLevel, ParticipantState, RequestState, RoundState
from scheduler.errors import Invalid
from scheduler.matching.reasons import ReasonKind
from scheduler.matching.store import load, save
from scheduler.models import (
    Event,
    Interest,
    MatchmakingRound,
    Participant,
    ParticipantTopic,
    Recommendation,
    RecommendationSet,
    Topic,
)
from scheduler.queries.requests.recommendations import event_facts, people_facts
from scheduler.services.requests.ranked_lists import (
    Made,
    rank_one,
    rank_round,
    rounds_in_need,
    store_one,
    store_round,
)
from scheduler.services.requests.recommendations import list_for, partner_wishes, set_partner_wishes
from tests.counting import counted
from tests.factories import NOW, make_event, make_participant, make_request, make_round


@dataclass
class Fair:
    """A city that seeks traffic data, suppliers that offer it or not, and another city."""

    event: Event
    round: MatchmakingRound
    topics: dict[str, Topic]
    city: Participant
    other_city: Participant
    suppliers: list[Participant]

    def make(self, session: Session, *, keep: bool = False) -> Made:
        made = rank_round(event_facts(session, self.event.id), keep=keep)
        store_round(session, self.round.id, made, NOW, NOW, 5)
        return made

    def names(self, session: Session, me: Participant) -> list[str]:
        return [row.person.name for row in list_for(session, me, self.round).rows]


def say(session: Session, person: Participant, direction: Direction, *topics: Topic) -> None:
    for topic in topics:
        session.add(ParticipantTopic(participant_id=person.id, topic_id=topic.id, direction=direction))
    session.flush()


@pytest.fixture
def fair(session: Session) -> Fair:
    event = make_event(session)
    topics = {}
    for code in ("mobility", "traffic", "parking", "water", "light"):
        parent = topics.get("mobility") if code in ("traffic", "parking") else None
        topic = Topic(
            event_id=event.id, code=code, label=code.title(), parent_id=parent.id if parent else None
        )
        session.add(topic)
        session.flush()
        topics[code] = topic
    city = make_participant(session, event, type_code="city", name="City")
    other_city = make_participant(session, event, type_code="city", name="Other city")
    say(session, city, Direction.SEEKS, topics["traffic"])
    say(session, city, Direction.OFFERS, topics["light"])
    say(session, other_city, Direction.SEEKS, topics["water"])
    suppliers = []
    for name, offers, seeks in (
        ("Fits both", "traffic", "light"),
        ("Fits me", "traffic", "water"),
        ("Is near", "parking", "light"),
        ("Fits nothing", "water", "water"),
    ):
        supplier = make_participant(session, event, name=name)
        say(session, supplier, Direction.OFFERS, topics[offers])
        say(session, supplier, Direction.SEEKS, topics[seeks])
        suppliers.append(supplier)
    return Fair(event, make_round(session, event), topics, city, other_city, suppliers)


def test_list_begins_with_who_serves_both_sides(fair: Fair, session: Session) -> None:
    fair.make(session)
    names = fair.names(session, fair.city)
    assert names[0] == "Fits both"
    assert names[-1] == "Fits nothing"


def test_list_says_why_in_topics(fair: Fair, session: Session) -> None:
    fair.make(session)
    found = list_for(session, fair.city, fair.round)
    first = found.rows[0].reasons
    assert [(reason.kind, found.labels[reason.what]) for reason in first] == [
        (ReasonKind.SEEK_OFFER, "Traffic"),
        (ReasonKind.OFFER_SEEK, "Light"),
    ]


def test_list_holds_nobody_whom_the_matrix_forbids(fair: Fair, session: Session) -> None:
    fair.make(session)
    assert "Other city" not in fair.names(session, fair.city)
    stored = session.scalars(select(Recommendation)).all()
    cities = {fair.city.id, fair.other_city.id}
    for row in stored:
        listed = {person for person, _ in row.ranked}
        assert row.participant_id not in listed
        assert not (row.participant_id in cities and listed & cities)


def test_list_leaves_out_who_was_refused_without_telling_them(fair: Fair, session: Session) -> None:
    refused = fair.suppliers[0]
    session.add(
        Interest(
            round_id=fair.round.id,
            from_id=fair.city.id,
            to_id=refused.id,
            level=InterestLevel.RATHER_NOT,
            updated_at=NOW,
        )
    )
    session.flush()
    fair.make(session)
    assert "Fits both" not in fair.names(session, fair.city)
    assert "City" not in fair.names(session, refused)


def test_list_drops_who_withdrew_or_was_asked_since_it_was_made(fair: Fair, session: Session) -> None:
    fair.make(session)
    fair.suppliers[0].state = ParticipantState.WITHDRAWN
    make_request(session, fair.round, fair.city, fair.suppliers[1])
    session.flush()
    assert not {"Fits both", "Fits me"} & set(fair.names(session, fair.city))


def test_list_keeps_who_asks_me_and_says_so(fair: Fair, session: Session) -> None:
    make_request(session, fair.round, fair.suppliers[3], fair.city, RequestState.OPEN)
    fair.make(session)
    rows = {row.person.name: row.reasons for row in list_for(session, fair.city, fair.round).rows}
    assert rows["Fits nothing"][0].kind is ReasonKind.INTERESTED


def test_list_is_empty_before_it_was_made(fair: Fair, session: Session) -> None:
    found = list_for(session, fair.city, fair.round)
    assert found.rows == ()
    assert found.made_at is None
    assert list_for(session, fair.city, None).rows == ()


def test_a_changed_profile_is_ranked_again_alone(fair: Fair, session: Session, tmp_path: Path) -> None:
    kept = tmp_path / "deep" / "round.npz"
    save(kept, fair.make(session, keep=True).model)
    for row in list(fair.city.topics):
        session.delete(row)
    session.flush()
    say(session, fair.city, Direction.SEEKS, fair.topics["water"])
    say(session, fair.city, Direction.OFFERS, fair.topics["water"])
    facts = people_facts(session, fair.event.id, [fair.city.id])[0]
    ranking = load(kept)
    assert ranking is not None
    ranked = rank_one(facts, ranking)
    assert ranked is not None
    assert store_one(session, fair.round.id, fair.city.id, ranked, NOW, NOW)
    assert fair.names(session, fair.city)[0] == "Fits nothing"


def test_list_from_what_was_learned_before_the_last_time_is_not_stored(fair: Fair, session: Session) -> None:
    fair.make(session, keep=True)
    before = fair.names(session, fair.city)
    assert not store_one(session, fair.round.id, fair.city.id, [], NOW, NOW - timedelta(minutes=1))
    assert fair.names(session, fair.city) == before


def test_slower_worker_does_not_replace_newer_lists(fair: Fair, session: Session) -> None:
    fair.make(session)
    empty = Made((), 0, 0, 0)
    store_round(session, fair.round.id, empty, NOW - timedelta(minutes=5), NOW, 5)
    assert fair.names(session, fair.city)


def test_wished_types_come_first_and_are_a_reason(fair: Fair, session: Session) -> None:
    set_partner_wishes(session, fair.suppliers[3], ["city"], [], NOW)
    fair.make(session)
    rows = list_for(session, fair.suppliers[3], fair.round).rows
    assert partner_wishes(session, fair.suppliers[3]) == {"city"}
    assert any(reason.kind is ReasonKind.WANT for row in rows for reason in row.reasons)


def test_types_that_one_may_not_ask_cannot_be_wished(fair: Fair, session: Session) -> None:
    with pytest.raises(Invalid):
        set_partner_wishes(session, fair.city, ["city"], [], NOW)


def test_lists_of_an_event_without_people_are_made(session: Session) -> None:
    round_ = make_round(session, make_event(session))
    store_round(session, round_.id, rank_round(event_facts(session, round_.event_id)), NOW, NOW, 1)
    assert session.get(RecommendationSet, round_.id) is not None


def test_rounds_need_lists_until_they_have_new_ones(fair: Fair, session: Session) -> None:
    def clock(minutes: int) -> Callable[[int], datetime]:
        return lambda _event: NOW + timedelta(minutes=minutes)

    assert rounds_in_need(session, clock(0)) == [fair.round.id]
    fair.make(session)
    assert rounds_in_need(session, clock(60)) == []
    make_request(session, fair.round, fair.city, fair.suppliers[0]).sent_at = NOW + timedelta(minutes=1)
    session.flush()
    assert rounds_in_need(session, clock(5)) == []
    assert rounds_in_need(session, clock(30)) == [fair.round.id]
    fair.round.state = RoundState.CLOSED
    session.flush()
    assert rounds_in_need(session, clock(30)) == []


def test_list_takes_as_many_queries_for_many_as_for_one(fair: Fair, session: Session) -> None:
    fair.make(session)
    with counted() as many:
        list_for(session, fair.city, fair.round)
    for supplier in fair.suppliers[1:]:
        supplier.state = ParticipantState.WITHDRAWN
    session.flush()
    with counted() as one:
        list_for(session, fair.city, fair.round)
    assert len(one) == len(many)
