"""All people of an event, as its organisers look at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, or_, select, true
from sqlalchemy.orm import Session

from scheduler.domain.enums import MeetingState, ParticipantState, PlanState, RequestState
from scheduler.domain.text_key import search_words
from scheduler.models import (
    Delegation,
    DelegationMember,
    EventRole,
    MatchmakingRound,
    MeetingAttendance,
    Organisation,
    Participant,
    ParticipantType,
    Plan,
    Request,
)
from scheduler.queries.people.answer_filter import answer_condition
from scheduler.queries.people.approval import waiting
from scheduler.queries.people.search import holds

PAGE_SIZE = 50


class Sort(StrEnum):
    NAME = "name"
    ORGANISATION = "organisation"
    TYPE = "type"
    LATEST = "latest"


class Need(StrEnum):
    """What makes an organiser look at somebody."""

    UNANSWERED = "unanswered"
    """Requests wait for their answer."""
    UNCONFIRMED = "unconfirmed"
    """Their availability is not confirmed."""
    NO_REQUESTS = "no-requests"
    """They neither asked nor were asked."""
    NOT_WRITTEN = "not-written"
    """They have not come in, and nobody wrote to them."""
    NOT_IN = "not-in"
    """They were written to, and have not come in."""
    TO_APPROVE = "to-approve"
    """They came in, and no organiser has approved them yet."""


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Empty values do not filter. `delegation`, `organisation` and `round` are public ids; `brought_by` is an
    organisation's id.

    In a `round`, only its requests make a need.
    """

    text: str = ""
    type: str = ""
    state: ParticipantState | None = None
    delegation: str = ""
    organisation: str = ""
    brought_by: int | None = None
    need: Need | None = None
    round: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    """Questions by public id, each with a choice's id, `ANSWERED` or `UNANSWERED`."""
    shown_only: bool = False
    """Whether questions that others don't read find nobody."""
    sort: Sort = Sort.NAME

    @property
    def empty(self) -> bool:
        return self == PeopleFilter(shown_only=self.shown_only, sort=self.sort)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One line of the list: counts are of requests in all rounds, and of published meetings."""

    public_id: str
    name: str
    job_title: str
    organisation: str
    organisation_id: str
    country: str
    type: str
    state: ParticipantState
    delegation: str
    confirmed: bool
    sent: int
    received: int
    waiting: int
    meetings: int
    to_approve: bool = False


@dataclass(frozen=True, slots=True)
class PeoplePage:
    lines: tuple[PersonLine, ...]
    page: int
    count: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PAGE_SIZE))


@dataclass(frozen=True, slots=True)
class PeopleChoices:
    """What the filters offer: (value, label)."""

    types: tuple[tuple[str, str], ...]
    delegations: tuple[tuple[str, str], ...]
    co_organisers: tuple[tuple[int, str], ...]


def people_page(session: Session, event_id: int, wanted: PeopleFilter, page: int) -> PeoplePage:
    """One page of people, in a fixed number of queries whatever its length.

    Words are looked for in one scan that finds everybody: counting and paging apart would read all texts twice.
    """
    conditions = people_conditions(event_id, wanted)
    found: list[int] = []
    if wanted.text:
        found = list(
            session.scalars(
                select(Participant.id)
                .join(Organisation, Organisation.id == Participant.organisation_id)
                .join(ParticipantType, ParticipantType.id == Participant.type_id)
                .where(*conditions)
                .order_by(*_order(wanted.sort))
            )
        )
        count = len(found)
    else:
        count = session.scalar(select(func.count(Participant.id)).where(*conditions)) or 0
    page = max(1, min(page, -(-count // PAGE_SIZE) or 1))
    start = (page - 1) * PAGE_SIZE
    if wanted.text:
        conditions, start = [Participant.id.in_(found[start : start + PAGE_SIZE])], 0
    elif wanted.sort is Sort.ORGANISATION:
        # Their people are of the same event: so SQLite goes through organisations in order and stops after the page.
        conditions[0] = Organisation.event_id == event_id
    rows = session.execute(
        select(
            Participant.id,
            Participant.public_id,
            Participant.name,
            Participant.job_title,
            Organisation.name.label("organisation"),
            Organisation.public_id.label("organisation_id"),
            Participant.country,
            ParticipantType.name.label("type"),
            Participant.state,
            Participant.availability_confirmed_at,
            Participant.came_in_at,
        )
        .join(Organisation, Organisation.id == Participant.organisation_id)
        .join(ParticipantType, ParticipantType.id == Participant.type_id)
        .where(*conditions)
        .order_by(*_order(wanted.sort))
        .limit(PAGE_SIZE)
        .offset(start)
    ).all()
    ids = [row.id for row in rows]
    delegations = dict(
        session.execute(
            select(DelegationMember.participant_id, Delegation.name)
            .join(Delegation, Delegation.id == DelegationMember.delegation_id)
            .where(DelegationMember.participant_id.in_(ids))
        ).all()
    )
    sent, received, open_ = _request_counts(session, ids)
    meetings = _meeting_counts(session, ids)
    return PeoplePage(
        tuple(
            PersonLine(
                row.public_id,
                row.name,
                row.job_title,
                row.organisation,
                row.organisation_id,
                row.country,
                row.type,
                row.state,
                delegations.get(row.id, ""),
                row.availability_confirmed_at is not None,
                sent.get(row.id, 0),
                received.get(row.id, 0),
                open_.get(row.id, 0),
                meetings.get(row.id, 0),
                row.state is ParticipantState.INVITED and row.came_in_at is not None,
            )
            for row in rows
        ),
        page,
        count,
    )


def people_conditions(event_id: int, wanted: PeopleFilter) -> list[ColumnElement[bool]]:
    """What a filter asks of a `Participant`."""
    conditions: list[ColumnElement[bool]] = [Participant.event_id == event_id]
    for word in search_words(wanted.text):
        homes = select(Organisation.id).where(
            Organisation.event_id == event_id, holds(Organisation.search_key, word)
        )
        conditions.append(or_(holds(Participant.search_key, word), Participant.organisation_id.in_(homes)))
    if wanted.type:
        conditions.append(
            Participant.type_id.in_(
                select(ParticipantType.id).where(
                    ParticipantType.event_id == event_id, ParticipantType.code == wanted.type
                )
            )
        )
    if wanted.state is not None:
        conditions.append(Participant.state == wanted.state)
    if wanted.delegation:
        conditions.append(
            Participant.id.in_(
                select(DelegationMember.participant_id)
                .join(Delegation, Delegation.id == DelegationMember.delegation_id)
                .where(Delegation.event_id == event_id, Delegation.public_id == wanted.delegation)
            )
        )
    if wanted.organisation:
        conditions.append(
            Participant.organisation_id.in_(
                select(Organisation.id).where(
                    Organisation.event_id == event_id, Organisation.public_id == wanted.organisation
                )
            )
        )
    if wanted.brought_by is not None:
        conditions.append(Participant.brought_by_id == wanted.brought_by)
    if wanted.need is not None:
        conditions.extend(_need(event_id, wanted))
    for question, said in wanted.answers:
        conditions.append(answer_condition(event_id, question, said, shown_only=wanted.shown_only))
    return conditions


def _need(event_id: int, wanted: PeopleFilter) -> list[ColumnElement[bool]]:
    if wanted.need in (Need.NOT_WRITTEN, Need.NOT_IN):
        written = Participant.invited_at.is_not(None)
        return [
            Participant.state != ParticipantState.WITHDRAWN,
            Participant.came_in_at.is_(None),
            written if wanted.need is Need.NOT_IN else ~written,
        ]
    if wanted.need is Need.TO_APPROVE:
        return waiting()
    active = Participant.state == ParticipantState.ACTIVE
    if wanted.need is Need.UNCONFIRMED:
        return [active, Participant.availability_confirmed_at.is_(None)]
    rounds = select(MatchmakingRound.id).where(
        MatchmakingRound.event_id == event_id, MatchmakingRound.public_id == wanted.round
    )
    within = Request.round_id.in_(rounds) if wanted.round else true()
    if wanted.need is Need.UNANSWERED:
        asked = select(Request.to_id).where(Request.state == RequestState.OPEN, within)
        return [active, Participant.id.in_(asked)]
    return [active, neither_asked_nor_been_asked(within)]


def neither_asked_nor_been_asked(within: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether somebody has no part in any request of those that are `within`."""
    return ~or_(
        exists().where(Request.to_id == Participant.id, within),
        exists().where(Request.from_id == Participant.id, within),
    )


def _order(sort: Sort) -> tuple[Any, ...]:
    if sort is Sort.ORGANISATION:
        return (Organisation.name, Participant.name, Participant.id)
    if sort is Sort.TYPE:
        return (ParticipantType.name, Participant.name, Participant.id)
    if sort is Sort.LATEST:
        return (Participant.id.desc(),)
    return (Participant.name, Participant.id)


def _request_counts(
    session: Session, ids: Sequence[int]
) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    sent = dict(
        session.execute(
            select(Request.from_id, func.count())
            .where(Request.from_id.in_(ids), Request.state != RequestState.WITHDRAWN)
            .group_by(Request.from_id)
        ).all()
    )
    received: dict[int, int] = {}
    waiting: dict[int, int] = {}
    for number, total, still_open in session.execute(
        select(Request.to_id, func.count(), func.sum(case((Request.state == RequestState.OPEN, 1), else_=0)))
        .where(Request.to_id.in_(ids), Request.state != RequestState.WITHDRAWN)
        .group_by(Request.to_id)
    ):
        received[number], waiting[number] = total, int(still_open)
    return sent, received, waiting


def _meeting_counts(session: Session, ids: Sequence[int]) -> dict[int, int]:
    return dict(
        session.execute(
            select(MeetingAttendance.participant_id, func.count())
            .join(Plan, Plan.id == MeetingAttendance.plan_id)
            .where(
                MeetingAttendance.participant_id.in_(ids),
                MeetingAttendance.state == MeetingState.PLANNED,
                Plan.state == PlanState.PUBLISHED,
            )
            .group_by(MeetingAttendance.participant_id)
        ).all()
    )


def people_choices(session: Session, event_id: int) -> PeopleChoices:
    """Three queries."""
    types = session.execute(
        select(ParticipantType.code, ParticipantType.name)
        .where(ParticipantType.event_id == event_id)
        .order_by(ParticipantType.name)
    )
    delegations = session.execute(
        select(Delegation.public_id, Delegation.name)
        .where(Delegation.event_id == event_id)
        .order_by(Delegation.name)
    )
    hosts = session.execute(
        select(Organisation.id, Organisation.name)
        .where(
            Organisation.id.in_(
                select(EventRole.organisation_id).where(
                    EventRole.event_id == event_id, EventRole.organisation_id.is_not(None)
                )
            )
        )
        .order_by(Organisation.name)
    )
    return PeopleChoices(tuple(types), tuple(delegations), tuple(hosts))
