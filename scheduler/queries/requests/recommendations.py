"""What the ranking has to know of an event, and what it has found for one participant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from scheduler.database.filters import checked
from scheduler.domain.enums import (
    Direction,
    InterestLevel,
    MeetingState,
    ParticipantState,
    PlanState,
    RequestState,
)
from scheduler.domain.sizes import size_of
from scheduler.models import (
    Interest,
    MatchmakingRound,
    MatrixRule,
    Meeting,
    MeetingAttendance,
    Organisation,
    Participant,
    ParticipantTopic,
    ParticipantType,
    PartnerWish,
    Plan,
    Recommendation,
    RecommendationSet,
    Request,
    Topic,
)


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """One participant as the ranking sees them; topics by id, types by code, languages by ISO code."""

    id: int
    type: str
    organisation_id: int
    offers_text: str
    seeks_text: str
    goals: str
    about: str
    languages: str
    country: str
    offers: tuple[int, ...]
    seeks: tuple[int, ...]
    wanted_types: tuple[str, ...]
    wanted_sizes: tuple[str, ...]
    size: str
    """A code of `domain.sizes`; empty when the organisation has not said."""


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """One entry of the event's topics."""

    id: int
    label: str
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class EventFacts:
    """All that the lists of a round are made from. `decisions` are (from, to, yes); `barred` are unordered
    pairs.
    """

    people: tuple[PersonFacts, ...]
    topics: tuple[TopicFacts, ...]
    may_ask: frozenset[tuple[str, str]]
    decisions: tuple[tuple[int, int, bool], ...]
    barred: frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class List:
    """One participant's list: (participant id, chance from 0 to 1), best first."""

    ranked: tuple[tuple[int, float], ...]
    made_at: datetime


def event_facts(session: Session, event_id: int) -> EventFacts:
    """Everything about an event's active participants. Eight queries."""
    return EventFacts(
        people_facts(session, event_id),
        topic_facts(session, event_id),
        _matrix(session, event_id),
        _decisions(session, event_id),
        _barred(session, event_id),
    )


def people_facts(
    session: Session, event_id: int, ids: Sequence[int] | None = None
) -> tuple[PersonFacts, ...]:
    """The active participants, or those of them with the given ids. Three queries."""
    own = Participant.event_id if ids is None else checked(Participant.event_id)
    people = (
        select(
            Participant.id,
            ParticipantType.code,
            Participant.organisation_id,
            Participant.offers_text,
            Participant.seeks_text,
            Participant.goals,
            func.substr(Organisation.description, 1, 1500),
            Participant.languages,
            func.coalesce(func.nullif(Participant.country, ""), Organisation.country),
            Participant.wanted_sizes,
            Organisation.employees,
            Organisation.inhabitants,
        )
        .join(Organisation, Organisation.id == Participant.organisation_id)
        .join(ParticipantType, ParticipantType.id == Participant.type_id)
        .where(own == event_id, Participant.state == ParticipantState.ACTIVE)
        .order_by(Participant.id)
    )
    topics = select(ParticipantTopic.participant_id, ParticipantTopic.direction, ParticipantTopic.topic_id)
    wishes = select(PartnerWish.participant_id, ParticipantType.code).join(
        ParticipantType, ParticipantType.id == PartnerWish.type_id
    )
    if ids is None:
        topics = topics.join(Topic, Topic.id == ParticipantTopic.topic_id).where(Topic.event_id == event_id)
        wishes = wishes.where(ParticipantType.event_id == event_id)
    else:
        people = people.where(Participant.id.in_(ids))
        topics = topics.where(ParticipantTopic.participant_id.in_(ids))
        wishes = wishes.where(PartnerWish.participant_id.in_(ids))
    lists: dict[Direction, dict[int, list[int]]] = {direction: defaultdict(list) for direction in Direction}
    for person, direction, topic in session.execute(topics):
        lists[direction][person].append(topic)
    wanted: dict[int, list[str]] = defaultdict(list)
    for person, code in session.execute(wishes):
        wanted[person].append(code)
    return tuple(_person(row, lists, wanted.get(row[0], [])) for row in session.execute(people))


def _person(
    row: Sequence[Any], lists: dict[Direction, dict[int, list[int]]], wanted: Sequence[str]
) -> PersonFacts:
    offers = tuple(sorted(lists[Direction.OFFERS].get(row[0], ())))
    seeks = tuple(sorted(lists[Direction.SEEKS].get(row[0], ())))
    number, kind, organisation, offer_text, seek_text, goals, about, languages, country = row[:9]
    wanted_sizes, employees, inhabitants = row[9:]
    return PersonFacts(
        id=number,
        type=kind,
        organisation_id=organisation,
        offers_text=offer_text,
        seeks_text=seek_text,
        goals=goals,
        about=about or "",
        languages=languages,
        country=country or "",
        offers=offers,
        seeks=seeks,
        wanted_types=tuple(sorted(wanted)),
        wanted_sizes=tuple(wanted_sizes.split()),
        size=size_of(employees, inhabitants) or "",
    )


def topic_facts(session: Session, event_id: int) -> tuple[TopicFacts, ...]:
    """The event's topics. One query."""
    rows = session.execute(
        select(Topic.id, Topic.label, Topic.parent_id).where(Topic.event_id == event_id).order_by(Topic.id)
    )
    return tuple(TopicFacts(*row) for row in rows)


def list_of(session: Session, round_id: int, participant_id: int) -> List | None:
    """A participant's list; None when it was not made yet. One query, by key."""
    found = session.get(Recommendation, (round_id, participant_id))
    if found is None:
        return None
    return List(tuple((person, thousandths / 1000) for person, thousandths in found.ranked), found.made_at)


def rounds_to_serve(session: Session, event_id: int) -> list[int]:
    """Rounds of an event that have lists already."""
    return list(
        session.scalars(
            select(RecommendationSet.round_id)
            .join(MatchmakingRound, MatchmakingRound.id == RecommendationSet.round_id)
            .where(MatchmakingRound.event_id == event_id)
        )
    )


def _matrix(session: Session, event_id: int) -> frozenset[tuple[str, str]]:
    asker, asked = aliased(ParticipantType), aliased(ParticipantType)
    rows = session.execute(
        select(asker.code, asked.code)
        .select_from(MatrixRule)
        .join(asker, asker.id == MatrixRule.from_type_id)
        .join(asked, asked.id == MatrixRule.to_type_id)
        .where(MatrixRule.event_id == event_id)
    )
    return frozenset((one, other) for one, other in rows)


def _decisions(session: Session, event_id: int) -> tuple[tuple[int, int, bool], ...]:
    """Interests and requests of all the event's rounds; of two about the same person the request counts."""
    said: dict[tuple[int, int], bool] = {}
    interests = select(Interest.from_id, Interest.to_id, Interest.level)
    for source, target, level in session.execute(_of_event(interests, Interest.round_id, event_id)):
        said[source, target] = level is not InterestLevel.RATHER_NOT
    requests = select(Request.from_id, Request.to_id, Request.state)
    for source, target, state in session.execute(_of_event(requests, Request.round_id, event_id)):
        if state is not RequestState.WITHDRAWN:
            said[source, target] = True
        if state in (RequestState.ACCEPTED, RequestState.DECLINED):
            said[target, source] = state is RequestState.ACCEPTED
    return tuple((source, target, yes) for (source, target), yes in said.items())


def _barred(session: Session, event_id: int) -> frozenset[tuple[int, int]]:
    """Pairs with a `rather not` or a refusal between them, and those who meet already."""
    pairs: set[tuple[int, int]] = set()
    interests = select(Interest.from_id, Interest.to_id).where(Interest.level == InterestLevel.RATHER_NOT)
    pairs |= _ordered(session.execute(_of_event(interests, Interest.round_id, event_id)))
    requests = select(Request.from_id, Request.to_id).where(
        Request.state.in_((RequestState.ACCEPTED, RequestState.DECLINED))
    )
    pairs |= _ordered(session.execute(_of_event(requests, Request.round_id, event_id)))
    one, other = aliased(MeetingAttendance), aliased(MeetingAttendance)
    meetings = (
        select(one.participant_id, other.participant_id)
        .select_from(Meeting)
        .join(Plan, Plan.id == Meeting.plan_id)
        .join(one, one.meeting_id == Meeting.id)
        .join(other, other.meeting_id == Meeting.id)
        .where(
            Plan.event_id == event_id,
            Plan.state == PlanState.PUBLISHED,
            Meeting.state != MeetingState.CANCELLED,
            one.participant_id < other.participant_id,
        )
    )
    return frozenset(pairs | _ordered(session.execute(meetings)))


def _of_event(query: Select[*tuple[Any, ...]], round_id: Any, event_id: int) -> Select[*tuple[Any, ...]]:
    return query.join(MatchmakingRound, MatchmakingRound.id == round_id).where(
        MatchmakingRound.event_id == event_id
    )


def _ordered(rows: Iterable[Sequence[Any]]) -> set[tuple[int, int]]:
    return {(min(row[0], row[1]), max(row[0], row[1])) for row in rows}
