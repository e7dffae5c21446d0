"""What the database refuses of answers to an event's own questions, whoever writes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import Executable, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.domain.enums import QuestionKind
from scheduler.models import (
    AnswerChoice,
    AnswerFile,
    Participant,
    ProfileAnswer,
    ProfileQuestion,
    QuestionChoice,
)
from tests import factories as make


def answer(person: Participant, question: ProfileQuestion, text: str = "") -> ProfileAnswer:
    return ProfileAnswer(
        participant_id=person.id,
        question_id=question.id,
        kind=question.kind,
        text=text,
        updated_at=make.NOW,
    )


def chosen(
    person: Participant, question: ProfileQuestion, choice: QuestionChoice, kind: str = ""
) -> AnswerChoice:
    return AnswerChoice(
        participant_id=person.id,
        question_id=question.id,
        choice_id=choice.id,
        kind=kind or question.kind.value,
    )


def refused(session: Session, *rows: object) -> None:
    with pytest.raises(IntegrityError):
        add(session, rows)


def add(session: Session, rows: Sequence[object]) -> None:
    """Add rows."""
    with session.begin_nested():
        session.add_all(rows)
        session.flush()


def execute_and_commit(session: Session, statement: Executable) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})
    session.commit()


def test_an_answer_holds_what_its_question_asks(session: Session) -> None:
    event = make.make_event(session)
    person = make.make_participant(session, event)
    text = make.make_question(session, event, QuestionKind.TEXT)
    one = make.make_question(session, event, QuestionKind.ONE, choices=("A", "B"))
    other = make.make_question(session, event, QuestionKind.ONE, choices=("A", "B"))
    refused(session, answer(person, text))
    refused(session, answer(person, one, "words"))
    wrong = answer(person, one)
    wrong.kind = QuestionKind.SEVERAL
    refused(session, wrong)
    session.add(answer(person, one))
    session.flush()
    refused(session, chosen(person, one, one.choices[0], "several-choices"))
    refused(session, chosen(person, other, other.choices[0]))
    session.add(chosen(person, one, one.choices[0]))
    session.flush()
    refused(session, chosen(person, one, one.choices[1]))


def test_a_choice_is_one_of_its_question(session: Session) -> None:
    event = make.make_event(session)
    person = make.make_participant(session, event)
    one, other = (make.make_question(session, event) for _ in range(2))
    session.add(answer(person, one))
    session.flush()
    session.add(chosen(person, one, other.choices[0]))
    with pytest.raises(IntegrityError):
        session.commit()


def test_several_choices_are_one_answer(session: Session) -> None:
    event = make.make_event(session)
    person = make.make_participant(session, event)
    question = make.make_question(session, event, QuestionKind.SEVERAL, choices=("A", "B"))
    session.add(answer(person, question))
    session.flush()
    session.add_all(chosen(person, question, choice) for choice in question.choices)
    session.flush()
    found = session.scalars(select(AnswerChoice.choice_id)).all()
    assert sorted(found) == sorted(choice.id for choice in question.choices)
    session.expunge_all()
    refused(session, answer(person, question))


def test_a_chosen_choice_and_the_kind_of_what_was_answered_stay(session: Session) -> None:
    event = make.make_event(session)
    person = make.make_participant(session, event)
    question = make.make_question(session, event)
    session.add(answer(person, question))
    session.flush()
    session.add(chosen(person, question, question.choices[0]))
    session.commit()
    choice = question.choices[0].id
    for statement in (
        delete(QuestionChoice).where(QuestionChoice.id == choice),
        update(ProfileQuestion).where(ProfileQuestion.id == question.id).values(kind=QuestionKind.TEXT),
    ):
        with pytest.raises(IntegrityError):
            execute_and_commit(session, statement)
        session.rollback()
    execute_and_commit(session, delete(ProfileQuestion).where(ProfileQuestion.id == question.id))
    assert session.scalars(select(AnswerChoice.choice_id)).all() == []
    assert session.scalars(select(ProfileAnswer.question_id)).all() == []


def test_a_file_is_bounded_and_of_a_kind_that_is_served(session: Session) -> None:
    event = make.make_event(session)
    person = make.make_participant(session, event)
    question = make.make_question(session, event, QuestionKind.FILE)
    session.add(answer(person, question))
    session.flush()

    def file(content: bytes, media_type: str = "application/pdf", size: int | None = None) -> AnswerFile:
        return AnswerFile(
            participant_id=person.id,
            question_id=question.id,
            name="pitch.pdf",
            media_type=media_type,
            size=len(content) if size is None else size,
            content=content,
        )

    refused(session, file(b"x" * 5_000_001))
    refused(session, file(b""))
    refused(session, file(b"%PDF", size=3))
    refused(session, file(b"<html>", "text/html"))
    session.add(file(b"%PDF-1.7"))
    session.flush()


def test_answers_go_with_the_person(session: Session) -> None:
    event = make.make_event(session)
    person = make.make_participant(session, event)
    question = make.make_question(session, event, QuestionKind.TEXT)
    session.add(answer(person, question, "words"))
    session.flush()
    session.execute(delete(Participant).where(Participant.id == person.id))
    assert session.scalars(select(ProfileAnswer.text)).all() == []
