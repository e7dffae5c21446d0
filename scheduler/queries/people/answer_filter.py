"""Whom a filter by an answer to one of the event's own questions finds."""

from __future__ import annotations

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, false, or_, select

from scheduler.domain.enums import AnswerReader
from scheduler.models import (
    AnswerChoice,
    Participant,
    ProfileAnswer,
    ProfileQuestion,
    QuestionChoice,
    question_type,
)

ANSWERED, UNANSWERED = "answered", "unanswered"
"""Instead of a choice: whoever has answered, and whoever is asked and has not."""


def answer_condition(
    event_id: int, public_id: str, said: str, *, shown_only: bool = False
) -> ColumnElement[bool]:
    """Whether a `Participant` answered a question so; what is none of its choices finds nobody."""
    question = select(ProfileQuestion.id).where(
        ProfileQuestion.event_id == event_id, ProfileQuestion.public_id == public_id
    )
    if shown_only:
        question = question.where(ProfileQuestion.reader == AnswerReader.PARTICIPANTS)
    number = question.scalar_subquery()
    answered = Participant.id.in_(
        select(ProfileAnswer.participant_id).where(ProfileAnswer.question_id == number)
    )
    if said == ANSWERED:
        return answered
    if said == UNANSWERED:
        return and_(~answered, _is_asked(number))
    if not (said.isascii() and said.isdecimal() and len(said) < 10):
        return false()
    return has_chosen(
        select(QuestionChoice.id)
        .where(QuestionChoice.id == int(said), QuestionChoice.question_id == number)
        .scalar_subquery()
    )


def has_chosen(choice: ScalarSelect[int] | int) -> ColumnElement[bool]:
    """Whether a `Participant` chose something. Read from an index alone."""
    return Participant.id.in_(select(AnswerChoice.participant_id).where(AnswerChoice.choice_id == choice))


def _is_asked(number: ScalarSelect[int]) -> ColumnElement[bool]:
    types = question_type.c
    return and_(
        number.is_not(None),
        or_(
            ~exists().where(types.question_id == number),
            Participant.type_id.in_(select(types.type_id).where(types.question_id == number)),
        ),
    )
