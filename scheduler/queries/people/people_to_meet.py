"""People, as another participant may see them: the matching matrix is part of every question here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from scheduler.domain.enums import InterestLevel, RequestState
from scheduler.models import (
    BusyTime,
    Interest,
    MatrixRule,
    Organisation,
    Participant,
    ParticipantTopic,
    ParticipantType,
    Pavilion,
    Picture,
    Place,
    Request,
    Slot,
    Topic,
)
from scheduler.queries.people.may_ask import askable, asked_by, cell_between
from scheduler.queries.people.search import each_word

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class Filters:
    """What to look for among the people one may meet; empty values do not filter."""

    text: str = ""
    topic: int | None = None
    type: str = ""
    country: str = ""
    pavilion: str = ""
    day: date | None = None
    interest: InterestLevel | None = None

    @property
    def empty(self) -> bool:
        return self == Filters()


def both_like(
    mine: InterestLevel | None, theirs: InterestLevel | None, requests: Iterable[RequestState | None]
) -> bool:
    """Whether two want to meet by their marks alone. A request that was declined or taken back says otherwise."""
    wanted = (InterestLevel.MUST, InterestLevel.LIKE)
    refused = (RequestState.DECLINED, RequestState.WITHDRAWN)
    return mine in wanted and theirs in wanted and not any(state in refused for state in requests)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person in a list, with what stands between them and the reader."""

    id: int
    public_id: str
    name: str
    job_title: str
    organisation: str
    country: str
    type: str
    kind: str
    offers: str
    picture: str | None
    interest: InterestLevel | None
    sent: RequestState | None
    received: RequestState | None
    theirs: InterestLevel | None
    """What they think of the reader. It never leaves this class: only that it is mutual may be shown."""

    @property
    def mutual(self) -> bool:
        """Whether both want to meet: by a request that was accepted, or by what each of them has marked."""
        return RequestState.ACCEPTED in (self.sent, self.received) or both_like(
            self.interest, self.theirs, (self.sent, self.received)
        )


@dataclass(frozen=True, slots=True)
class ListedPeople:
    """One page of a list, numbered from 1; `count` is the number of people on all pages."""

    rows: tuple[PersonRow, ...]
    page: int
    count: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PAGE_SIZE))


def people_to_meet(
    session: Session, me: Participant, round_id: int | None, filters: Filters, page: int = 1
) -> ListedPeople:
    """The people whom a participant may ask, by name. A fixed number of queries, whatever the number of rows.

    Words are looked for in one scan that finds everybody: counting and paging apart would read all texts twice.
    """
    ids = (
        select(Participant.id)
        .select_from(Participant)
        .join(MatrixRule, and_(*asked_by(Participant)))
        # Types belong to one event. Without the event SQLite goes through the people as they lie, which takes half the
        # time that the order of names takes; a page without words wants that order.
        .where(*(askable(me)[1:] if filters.text else askable(me)))
        .order_by(Participant.name, Participant.id)
    )
    if filters.text or filters.pavilion:
        ids = ids.join(Organisation, Organisation.id == Participant.organisation_id)
    ids = ids.where(*_filtered(session, me, round_id, filters))
    if filters.text:
        found = list(session.scalars(ids))
        count, page = len(found), _bounded(page, len(found))
        chosen = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    else:
        count = session.scalar(select(func.count()).select_from(ids.order_by(None).subquery())) or 0
        page = _bounded(page, count)
        chosen = list(session.scalars(ids.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)))
    rows = session.execute(_rows(me, round_id).where(Participant.id.in_(chosen)))
    return ListedPeople(tuple(_person(row) for row in rows), page, count)


def _bounded(page: int, count: int) -> int:
    """The page asked for, when there is one."""
    return max(1, min(page, max(1, -(-count // PAGE_SIZE))))


def people_by_id(
    session: Session, me: Participant, round_id: int | None, ids: Sequence[int]
) -> dict[int, PersonRow]:
    """Chosen people whom a participant may ask, by id; those whom they may not are left out. One query."""
    if not ids:
        return {}
    rows = session.execute(_rows(me, round_id).where(Participant.id.in_(ids), *askable(me, chosen=True)))
    return {person.id: person for person in map(_person, rows)}


def _rows(me: Participant, round_id: int | None) -> Select[*tuple[Any, ...]]:
    sent, received, theirs = aliased(Request), aliased(Request), aliased(Interest)
    return (
        select(
            Participant.id,
            Participant.public_id,
            Participant.name,
            Participant.job_title,
            Organisation.name,
            func.coalesce(func.nullif(Participant.country, ""), Organisation.country),
            ParticipantType.name,
            MatrixRule.meeting_kind,
            func.substr(Participant.offers_text, 1, 160),
            Picture.public_id,
            Interest.level,
            sent.state,
            received.state,
            theirs.level,
        )
        .select_from(Participant)
        .join(Organisation, Organisation.id == Participant.organisation_id)
        .join(ParticipantType, ParticipantType.id == Participant.type_id)
        .join(MatrixRule, and_(*cell_between(me, Participant)))
        .outerjoin(Picture, Picture.participant_id == Participant.id)
        .outerjoin(
            Interest,
            and_(Interest.round_id == round_id, Interest.from_id == me.id, Interest.to_id == Participant.id),
        )
        .outerjoin(sent, and_(sent.round_id == round_id, sent.from_id == me.id, sent.to_id == Participant.id))
        .outerjoin(
            received,
            and_(received.round_id == round_id, received.from_id == Participant.id, received.to_id == me.id),
        )
        .outerjoin(
            theirs,
            and_(theirs.round_id == round_id, theirs.from_id == Participant.id, theirs.to_id == me.id),
        )
        .order_by(Participant.name, Participant.id)
    )


def _person(row: Sequence[Any]) -> PersonRow:
    return PersonRow(*row)


def _filtered(
    session: Session, me: Participant, round_id: int | None, filters: Filters
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    conditions.extend(each_word(filters.text, Participant.words_key, Organisation.search_key))
    if filters.topic is not None:
        below = _subtree(filters.topic)
        conditions.append(
            Participant.id.in_(
                select(ParticipantTopic.participant_id).where(ParticipantTopic.topic_id.in_(below))
            )
        )
    if filters.type:
        conditions.append(
            Participant.type_id.in_(
                select(ParticipantType.id).where(
                    ParticipantType.event_id == me.event_id, ParticipantType.code == filters.type
                )
            )
        )
    if filters.country:
        conditions.append(Participant.id.in_(_from_country(me.event_id, filters.country)))
    if filters.pavilion:
        conditions.append(
            Organisation.id.in_(
                select(Place.organisation_id)
                .join(Pavilion)
                .where(
                    Pavilion.event_id == me.event_id,
                    Pavilion.public_id == filters.pavilion,
                    Place.organisation_id.is_not(None),
                )
            )
        )
    if filters.day is not None:
        conditions.extend(_present(session, me.event_id, filters.day))
    if filters.interest is not None:
        conditions.append(
            Participant.id.in_(
                select(Interest.to_id).where(
                    Interest.round_id == round_id,
                    Interest.from_id == me.id,
                    Interest.level == filters.interest,
                )
            )
        )
    return conditions


def _from_country(event_id: int, country: str) -> CompoundSelect[int]:
    """Who comes from a country: by what they say, else by their organisation. Each part has an index."""
    person, home = aliased(Participant), aliased(Organisation)
    return union_all(
        select(person.id).where(person.event_id == event_id, person.country == country),
        select(person.id)
        .join(home, home.id == person.organisation_id)
        .where(home.event_id == event_id, home.country == country, person.country == ""),
    )


def _present(session: Session, event_id: int, day: date) -> list[ColumnElement[bool]]:
    """Not away from the first slot of the day to the last: an absence is one stretch (see `repaint`)."""
    first, last = session.execute(
        select(func.min(Slot.starts_at), func.max(Slot.ends_at)).where(
            Slot.event_id == event_id, Slot.day == day, Slot.retired_at.is_(None)
        )
    ).one()
    if first is None:
        return []
    away = select(BusyTime.participant_id).where(BusyTime.starts_at <= first, BusyTime.ends_at >= last)
    return [
        Participant.id.not_in(away),
        or_(Participant.leaves_at.is_(None), Participant.leaves_at > first),
    ]


def _subtree(topic_id: int) -> Select[int]:
    """A topic and all below it."""
    tree = select(Topic.id).where(Topic.id == topic_id).cte("tree", recursive=True)
    tree = tree.union_all(select(Topic.id).where(Topic.parent_id == tree.c.id))
    return select(tree.c.id)
