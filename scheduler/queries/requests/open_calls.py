"""Open calls, as a participant may see them: the matching matrix is part of every question here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from scheduler.domain.enums import AnswerState, CallState
from scheduler.models import CallAnswer, MatrixRule, OpenCall, Organisation, Participant, Topic
from scheduler.queries.people.may_ask import askable

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call in a list. `answer` is the reader's own, `waiting` and `taken` count those of all."""

    public_id: str
    title: str
    text: str
    topic: str | None
    author: str
    organisation: str
    state: CallState
    seats: int
    created_at: datetime
    mine: bool
    answer: AnswerState | None
    waiting: int
    taken: int


@dataclass(frozen=True, slots=True)
class Calls:
    """One page of calls, numbered from 1."""

    rows: tuple[CallRow, ...]
    page: int
    count: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PAGE_SIZE))


def calls_for(session: Session, me: Participant, round_id: int | None, page: int = 1) -> Calls:
    """The calls of a round that a participant may answer, has answered or wrote; own ones first. Two
    queries.
    """
    if round_id is None:
        return Calls((), 1, 0)
    own = aliased(CallAnswer)
    base = (
        select(OpenCall.id)
        .join(Participant, Participant.id == OpenCall.author_id)
        .outerjoin(own, and_(own.call_id == OpenCall.id, own.participant_id == me.id))
        .where(OpenCall.round_id == round_id, _visible(me, own))
    )
    count = session.scalar(select(func.count()).select_from(base.subquery())) or 0
    page = max(1, min(page, max(1, -(-count // PAGE_SIZE))))

    def counted(state: AnswerState) -> ColumnElement[int]:
        return (
            select(func.count())
            .select_from(CallAnswer)
            .where(CallAnswer.call_id == OpenCall.id, CallAnswer.state == state)
            .scalar_subquery()
        )

    rows = session.execute(
        select(
            OpenCall.public_id,
            OpenCall.title,
            func.substr(OpenCall.text, 1, 240),
            Topic.label,
            Participant.name,
            Organisation.name,
            OpenCall.state,
            OpenCall.seats,
            OpenCall.created_at,
            OpenCall.author_id == me.id,
            own.state,
            counted(AnswerState.WAITING),
            counted(AnswerState.TAKEN),
        )
        .join(Participant, Participant.id == OpenCall.author_id)
        .join(Organisation, Organisation.id == Participant.organisation_id)
        .outerjoin(Topic, Topic.id == OpenCall.topic_id)
        .outerjoin(own, and_(own.call_id == OpenCall.id, own.participant_id == me.id))
        .where(OpenCall.round_id == round_id, _visible(me, own))
        .order_by(case((OpenCall.author_id == me.id, 0), else_=1), OpenCall.created_at.desc(), OpenCall.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Calls(tuple(CallRow(*row) for row in rows), page, count)


def call_for(session: Session, me: Participant, public_id: str) -> OpenCall | None:
    """A call of the participant's event with its answers, or None when they may not see it."""
    own = aliased(CallAnswer)
    return session.scalar(
        select(OpenCall)
        .join(Participant, Participant.id == OpenCall.author_id)
        .outerjoin(own, and_(own.call_id == OpenCall.id, own.participant_id == me.id))
        .where(OpenCall.public_id == public_id, Participant.event_id == me.event_id, _visible(me, own))
        .options(
            joinedload(OpenCall.author).joinedload(Participant.organisation),
            joinedload(OpenCall.topic),
            selectinload(OpenCall.answers)
            .joinedload(CallAnswer.participant)
            .joinedload(Participant.organisation),
        )
    )


def _visible(me: Participant, own: type[CallAnswer]) -> ColumnElement[bool]:
    allowed = exists(MatrixRule.id).where(*askable(me, chosen=True)).correlate(Participant)
    open_to_me = and_(OpenCall.state == CallState.OPEN, allowed)
    return or_(OpenCall.author_id == me.id, own.participant_id == me.id, open_to_me)
