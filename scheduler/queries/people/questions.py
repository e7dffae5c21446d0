"""Questions of an event's own, and what people answered to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload, undefer

from scheduler.domain.enums import AnswerReader, QuestionKind
from scheduler.models import (
    AnswerChoice,
    AnswerFile,
    Participant,
    ProfileAnswer,
    ProfileQuestion,
    QuestionChoice,
)

WITH_CHOICES = frozenset((QuestionKind.ONE, QuestionKind.SEVERAL, QuestionKind.YES_NO))
"""Kinds of questions that are answered by choosing."""


@dataclass(frozen=True, slots=True)
class FileOfAnswer:
    """What is known of a file without its content; `size` in octets."""

    public_id: str
    name: str
    media_type: str
    size: int


@dataclass(slots=True)
class AnswerOf:
    """One person's answer to one question: a text, chosen choices by id, or a file."""

    text: str = ""
    choices: set[int] = field(default_factory=set)
    file: FileOfAnswer | None = None


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question with how many have answered it, and how many chose each of its choices."""

    question: ProfileQuestion
    answers: int
    chosen: dict[int, int]


def questions_of(session: Session, event_id: int, *, retired: bool = False) -> list[ProfileQuestion]:
    """An event's questions in their order, with choices and types; with `retired` those that nobody is asked, too."""
    query = (
        select(ProfileQuestion)
        .where(ProfileQuestion.event_id == event_id)
        .options(selectinload(ProfileQuestion.choices), selectinload(ProfileQuestion.types))
        .order_by(ProfileQuestion.position, ProfileQuestion.id)
    )
    if not retired:
        query = query.where(ProfileQuestion.retired_at.is_(None))
    return list(session.scalars(query))


def asked_of(
    questions: Iterable[ProfileQuestion], type_id: int, readers: Collection[AnswerReader]
) -> list[ProfileQuestion]:
    """Those of the questions that are for a type of participants, and whose answers are read by one of `readers`."""
    return [
        question
        for question in questions
        if question.reader in readers
        and (not question.types or any(kind.id == type_id for kind in question.types))
    ]


OWN = frozenset((AnswerReader.PARTICIPANTS, AnswerReader.ORGANISERS))
"""What people are asked themselves."""
EVERY = frozenset(AnswerReader)
SHOWN = frozenset((AnswerReader.PARTICIPANTS,))
"""What other participants read."""


def answers_of(session: Session, participant_id: int) -> dict[int, AnswerOf]:
    """A person's answers by the question's id, in three queries."""
    return answers_of_all(session, [participant_id]).get(participant_id, {})


def answers_of_all(session: Session, people: Select[int] | Sequence[int]) -> dict[int, dict[int, AnswerOf]]:
    """The answers of many by person and question, in three queries; who answered nothing is left out."""
    found: dict[int, dict[int, AnswerOf]] = {}
    for person, question, text in session.execute(
        select(ProfileAnswer.participant_id, ProfileAnswer.question_id, ProfileAnswer.text).where(
            ProfileAnswer.participant_id.in_(people)
        )
    ):
        found.setdefault(person, {})[question] = AnswerOf(text)
    if not found:
        return found
    for person, question, choice in session.execute(
        select(AnswerChoice.participant_id, AnswerChoice.question_id, AnswerChoice.choice_id).where(
            AnswerChoice.participant_id.in_(people)
        )
    ):
        found[person][question].choices.add(choice)
    for person, question, public_id, name, media_type, size in session.execute(
        select(
            AnswerFile.participant_id,
            AnswerFile.question_id,
            AnswerFile.public_id,
            AnswerFile.name,
            AnswerFile.media_type,
            AnswerFile.size,
        ).where(AnswerFile.participant_id.in_(people))
    ):
        found[person][question].file = FileOfAnswer(public_id, name, media_type, size)
    return found


def answered(
    session: Session, person: Participant, readers: Collection[AnswerReader]
) -> list[tuple[ProfileQuestion, AnswerOf]]:
    """What a person answered, in the order of the questions, as far as one of `readers` reads it."""
    answers = answers_of(session, person.id)
    if not answers:
        return []
    asked = asked_of(questions_of(session, person.event_id), person.type_id, readers)
    return [(question, answers[question.id]) for question in asked if question.id in answers]


def required_of(session: Session, person: Participant) -> dict[str, bool]:
    """The questions that a person has to answer, by label, each with whether they did. One query."""
    wanted = (
        select(ProfileQuestion)
        .where(
            ProfileQuestion.event_id == person.event_id,
            ProfileQuestion.required.is_(True),
            ProfileQuestion.retired_at.is_(None),
        )
        .options(selectinload(ProfileQuestion.types))
        .order_by(ProfileQuestion.position, ProfileQuestion.id)
    )
    asked = asked_of(session.scalars(wanted), person.type_id, OWN)
    if not asked:
        return {}
    known = set(
        session.scalars(
            select(ProfileAnswer.question_id).where(
                ProfileAnswer.participant_id == person.id,
                ProfileAnswer.question_id.in_([one.id for one in asked]),
            )
        )
    )
    return {question.label: question.id in known for question in asked}


def question_lines(session: Session, event_id: int) -> list[QuestionLine]:
    """All questions of an event, retired ones too, with the numbers of answers. Five queries."""
    questions = questions_of(session, event_id, retired=True)
    counts = answer_counts(session, [question.id for question in questions])
    chosen: dict[int, dict[int, int]] = {}
    for question, choice, count in session.execute(
        select(AnswerChoice.question_id, AnswerChoice.choice_id, func.count())
        .where(AnswerChoice.question_id.in_([question.id for question in questions]))
        .group_by(AnswerChoice.question_id, AnswerChoice.choice_id)
    ):
        chosen.setdefault(question, {})[choice] = count
    return [
        QuestionLine(question, counts.get(question.id, 0), chosen.get(question.id, {}))
        for question in questions
    ]


def answer_counts(session: Session, question_ids: Sequence[int]) -> dict[int, int]:
    """How many people answered each of some questions."""
    return dict(
        session.execute(
            select(ProfileAnswer.question_id, func.count())
            .where(ProfileAnswer.question_id.in_(question_ids))
            .group_by(ProfileAnswer.question_id)
        ).all()
    )


def choice_count(session: Session, choice: QuestionChoice) -> int:
    """How many people chose something."""
    return (
        session.scalar(
            select(func.count()).select_from(AnswerChoice).where(AnswerChoice.choice_id == choice.id)
        )
        or 0
    )


def file_of(
    session: Session, person: Participant, public_id: str, readers: Collection[AnswerReader]
) -> AnswerFile | None:
    """A file that answers a question which is still asked of a person, as far as one of `readers` reads it."""
    found = session.scalar(
        select(AnswerFile)
        .where(AnswerFile.participant_id == person.id, AnswerFile.public_id == public_id)
        .options(undefer(AnswerFile.content))
    )
    if found is None:
        return None
    asked = asked_of(questions_of(session, person.event_id), person.type_id, readers)
    return found if any(question.id == found.question_id for question in asked) else None
