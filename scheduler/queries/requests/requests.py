"""The requests that a participant has got and sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from scheduler.domain.enums import InterestLevel, ParticipantState, RequestState, RoundState
from scheduler.domain.wish_keys import wish_key
from scheduler.models import (
    Interest,
    MatchmakingRound,
    Organisation,
    Participant,
    ParticipantType,
    Picture,
    Request,
)
from scheduler.queries.people.may_ask import cell_between

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request in a list, with the person on the other side of it."""

    public_id: str
    state: RequestState
    message: str
    answer: str
    any_representative: bool
    sent_at: datetime
    answered_at: datetime | None
    expires_at: datetime | None
    round_id: int
    round: str
    round_state: RoundState
    person: str
    person_id: str
    job_title: str
    organisation: str
    type: str
    country: str
    picture: str | None
    asked: str
    """The name of the participant who was asked: a colleague's when any of us may answer."""
    asked_id: str
    proposed: str | None
    for_me: bool
    """Whether a colleague proposed the reader, who has to say yes or no."""
    colleague_agrees: bool
    sender_agrees: bool
    interest: InterestLevel | None

    def wish(self, reader: str) -> str:
        """The key of the meeting that it asks for; `reader` is the public id of whose list it is in."""
        return wish_key(self.person_id, reader if self.asked_id == self.person_id else self.asked_id)

    @property
    def waiting(self) -> bool:
        """Whether an answer is still possible."""
        return self.state is RequestState.OPEN and self.round_state is RoundState.OPEN


@dataclass(frozen=True, slots=True)
class Requests:
    """One page of a list, numbered from 1."""

    rows: tuple[RequestRow, ...]
    page: int
    count: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PAGE_SIZE))


def to_me(me: Participant) -> ColumnElement[bool]:
    """Requests that a participant may answer: sent to them, or to any of their organisation.

    The latter only where the matching matrix lets the sender ask them: colleagues may be of several types.
    """
    mine = Request.to_id == me.id
    if not me.takes_any:
        return mine
    colleagues = select(Participant.id).where(
        Participant.organisation_id == me.organisation_id, Participant.id != me.id
    )
    return or_(
        mine,
        and_(Request.any_representative.is_(True), Request.to_id.in_(colleagues), sender_may_ask(me)),
    )


def sender_may_ask(me: Participant) -> ColumnElement[bool]:
    """Whether the matching matrix lets the sender of a request ask this participant."""
    sender = aliased(Participant)
    return exists().where(
        sender.id == Request.from_id,
        *cell_between(sender, me),
    )


def received(session: Session, me: Participant, *, waiting: bool, page: int = 1) -> Requests:
    """Requests to a participant: those that wait for an answer, or the others. Two queries.

    Who has many sees first those whom they marked themselves, then the oldest: what expires first.
    """
    person, mine = aliased(Participant), aliased(Interest)
    conditions = _side(me, waiting)
    order: list[Any] = [Request.sent_at.desc(), Request.id]
    if waiting:
        conditions.append(person.state == ParticipantState.ACTIVE)
        order = [_rank(mine), Request.sent_at, Request.id]
    statement = _rows(person, mine, me).join(person, person.id == Request.from_id).where(*conditions)
    return _page(session, statement, person, mine, me, order, page)


def sent(session: Session, me: Participant, page: int = 1) -> Requests:
    """Requests that a participant sent, the latest first. Two queries."""
    person, mine = aliased(Participant), aliased(Interest)
    statement = (
        _rows(person, mine, me).join(person, person.id == Request.to_id).where(Request.from_id == me.id)
    )
    return _page(session, statement, person, mine, me, [Request.sent_at.desc(), Request.id], page)


def count_waiting(session: Session, me: Participant) -> int:
    """How many requests wait for this participant's answer."""
    sender = aliased(Participant)
    return (
        session.scalar(
            select(func.count())
            .select_from(Request)
            .join(MatchmakingRound, MatchmakingRound.id == Request.round_id)
            .join(sender, sender.id == Request.from_id)
            .where(*_side(me, True), sender.state == ParticipantState.ACTIVE)
        )
        or 0
    )


def to_me_alone(me: Participant, round_id: int) -> list[ColumnElement[bool]]:
    """What still waits for a participant and for nobody else: a colleague may take what was asked of any of us."""
    return [
        Request.round_id == round_id,
        Request.to_id == me.id,
        Request.state == RequestState.OPEN,
        Request.proposed_id.is_(None),
        Request.any_representative.is_(False),
    ]


def count_to_me_alone(session: Session, me: Participant, round_id: int | None) -> int:
    """How many requests wait for this participant and for nobody else."""
    if round_id is None:
        return 0
    return session.scalar(select(func.count()).select_from(Request).where(*to_me_alone(me, round_id))) or 0


def request_of(session: Session, me: Participant, public_id: str) -> Request | None:
    """A request that a participant has sent or may answer; None for anybody else's."""
    return session.scalar(
        select(Request).where(
            Request.public_id == public_id,
            or_(Request.from_id == me.id, Request.proposed_id == me.id, to_me(me)),
        )
    )


def _near(me: Participant) -> CompoundSelect[int]:
    """Keys of all requests that may concern a participant: each part has an index, which an OR would not use."""
    colleague = aliased(Participant)
    return union_all(
        select(Request.id).where(Request.to_id == me.id),
        select(Request.id).where(Request.proposed_id == me.id),
        select(Request.id)
        .join(colleague, colleague.id == Request.to_id)
        .where(colleague.organisation_id == me.organisation_id, Request.any_representative.is_(True)),
    )


def _side(me: Participant, waiting: bool) -> list[ColumnElement[bool]]:
    """The requests that wait for a participant, or the others they have got.

    Once a colleague is proposed, a request waits for that colleague and for its sender.
    """
    open_now = and_(Request.state == RequestState.OPEN, MatchmakingRound.state == RoundState.OPEN)
    near = Request.id.in_(_near(me))
    if waiting:
        mine = and_(to_me(me), Request.proposed_id.is_(None))
        return [
            near,
            open_now,
            or_(mine, and_(Request.proposed_id == me.id, Request.colleague_agrees.is_(False))),
        ]
    settled = or_(~open_now, Request.proposed_id.is_not(None))
    proposed = and_(Request.proposed_id == me.id, or_(~open_now, Request.colleague_agrees.is_(True)))
    return [near, or_(and_(to_me(me), Request.proposed_id.is_distinct_from(me.id), settled), proposed)]


def _rank(mine: type[Interest]) -> ColumnElement[int]:
    return case(
        (mine.level == InterestLevel.MUST, 0),
        (mine.level == InterestLevel.LIKE, 1),
        (mine.level == InterestLevel.RATHER_NOT, 3),
        else_=2,
    )


def _rows(person: type[Participant], mine: type[Interest], me: Participant) -> Select[*tuple[Any, ...]]:
    """Requests with everything that a list shows; the caller joins `person` to one of their sides."""
    asked, proposed = aliased(Participant), aliased(Participant)
    return (
        select(
            Request.public_id,
            Request.state,
            Request.message,
            Request.answer,
            Request.any_representative,
            Request.sent_at,
            Request.answered_at,
            Request.expires_at,
            Request.round_id,
            MatchmakingRound.name,
            MatchmakingRound.state,
            person.name,
            person.public_id,
            person.job_title,
            select(Organisation.name).where(Organisation.id == person.organisation_id).scalar_subquery(),
            select(ParticipantType.name).where(ParticipantType.id == person.type_id).scalar_subquery(),
            person.country,
            select(Picture.public_id).where(Picture.participant_id == person.id).scalar_subquery(),
            asked.name,
            asked.public_id,
            select(proposed.name).where(proposed.id == Request.proposed_id).scalar_subquery(),
            func.coalesce(Request.proposed_id == me.id, false()),
            Request.colleague_agrees,
            Request.sender_agrees,
            mine.level,
        )
        .select_from(Request)
        .join(MatchmakingRound, MatchmakingRound.id == Request.round_id)
        .join(asked, asked.id == Request.to_id)
    )


def _page(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    person: type[Participant],
    mine: type[Interest],
    me: Participant,
    order: list[Any],
    page: int,
) -> Requests:
    count = (
        session.scalar(select(func.count()).select_from(statement.with_only_columns(Request.id).subquery()))
        or 0
    )
    page = max(1, min(page, max(1, -(-count // PAGE_SIZE))))
    rows = session.execute(
        statement.outerjoin(
            mine, and_(mine.round_id == Request.round_id, mine.from_id == me.id, mine.to_id == person.id)
        )
        .order_by(*order)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Requests(tuple(RequestRow(*row) for row in rows), page, count)
