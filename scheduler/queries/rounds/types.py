"""The participant types of an event, and what uses each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from scheduler.models import (
    MatrixRule,
    Participant,
    ParticipantType,
    PartnerWish,
    SessionAudience,
    question_type,
)


@dataclass(frozen=True, slots=True)
class TypeLine:
    """A type with what uses it: people of every state, sessions and questions for it, people who look for it.

    `cells` counts those of the matching matrix in which it asks or is asked.
    """

    type: ParticipantType
    people: int
    sessions: int
    questions: int
    sought: int
    cells: int

    @property
    def in_use(self) -> bool:
        """Whether something would be lost, or mean something else, without it."""
        return bool(self.people or self.sessions or self.questions or self.sought)


def type_lines(session: Session, event_id: int, type_id: int | None = None) -> tuple[TypeLine, ...]:
    """All types of an event in their order, or one of them, in six queries."""
    statement = select(ParticipantType).where(ParticipantType.event_id == event_id)
    if type_id is not None:
        statement = statement.where(ParticipantType.id == type_id)
    types = session.scalars(statement.order_by(ParticipantType.position, ParticipantType.id)).all()
    ids = [each.id for each in types]
    people, sessions, questions, sought = (
        _counts(session, column, ids)
        for column in (
            Participant.type_id,
            SessionAudience.type_id,
            question_type.c.type_id,
            PartnerWish.type_id,
        )
    )
    pairs = session.execute(
        select(MatrixRule.from_type_id, MatrixRule.to_type_id).where(
            MatrixRule.event_id == event_id,
            or_(MatrixRule.from_type_id.in_(ids), MatrixRule.to_type_id.in_(ids)),
        )
    ).all()
    return tuple(
        TypeLine(
            each,
            people.get(each.id, 0),
            sessions.get(each.id, 0),
            questions.get(each.id, 0),
            sought.get(each.id, 0),
            sum(each.id in pair for pair in pairs),
        )
        for each in types
    )


def _counts(
    session: Session, column: InstrumentedAttribute[int] | ColumnElement[int], ids: list[int]
) -> Mapping[int, int]:
    rows = session.execute(select(column, func.count()).where(column.in_(ids)).group_by(column))
    return dict(rows.all())
