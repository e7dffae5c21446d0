"""What people answer to the questions of an event's own, and what organisers answer about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import AnswerReader, QuestionKind
from scheduler.errors import Invalid, NotFound
from scheduler.imports.documents import Document
from scheduler.models import (
    AnswerChoice,
    AnswerFile,
    Event,
    Participant,
    ProfileAnswer,
    ProfileQuestion,
    User,
)
from scheduler.queries.people.questions import OWN, asked_of, questions_of
from scheduler.services.audit import record
from scheduler.services.text import clean_line, clean_text

PREFIX = "question_"
_LINE, _TEXT = 300, 3000


def field_of(question: ProfileQuestion) -> str:
    """What the field of a question is called in forms."""
    return PREFIX + question.public_id


def question_of_field(
    session: Session, person: Participant, name: str, readers: Collection[AnswerReader] = OWN
) -> ProfileQuestion:
    """The question that a field asks of a person. Raises NotFound when it is none of theirs."""
    asked = asked_of(questions_of(session, person.event_id), person.type_id, readers)
    for question in asked:
        if field_of(question) == name:
            return question
    raise NotFound(_("This question is not asked any more. Reload the page."))


def set_answer(
    session: Session, person: Participant, question: ProfileQuestion, value: str, now: datetime
) -> bool:
    """Store an answer: a text, or the ids of choices separated by blanks; nothing takes it away. Whether it changed.

    Raises Invalid with the field's name; then nothing has changed.
    """
    field = field_of(question)
    if question.kind is QuestionKind.FILE:
        raise Invalid(_("%(label)s: send the file with its own button.", label=question.label), field)
    chosen: set[int] = set()
    text = ""
    if question.kind is QuestionKind.TEXT:
        text = clean_line(value, _LINE, field, question.label)
    elif question.kind is QuestionKind.LONG_TEXT:
        text = clean_text(value, _TEXT, field, question.label)
    else:
        chosen = _chosen(question, value, field)
    if question.required and not text and not chosen:
        raise Invalid(_("%(label)s: an answer is needed.", label=question.label), field)
    return store_answer(session, person.id, question, text, chosen, now)


def answer_for(
    session: Session, event: Event, person: Participant, values: Mapping[str, str], actor: User
) -> int:
    """Store what an organiser answers about a person, by field; how many answers changed. Raises Invalid, NotFound."""
    asked = {
        field_of(question): question
        for question in asked_of(questions_of(session, event.id), person.type_id, frozenset(AnswerReader))
    }
    changed = [
        asked[name].label
        for name, value in values.items()
        if name in asked and _set_for(session, event, person, asked[name], value)
    ]
    if changed:
        record(
            session,
            event,
            actor,
            "person.answers",
            person.public_id,
            name=person.name,
            questions=", ".join(changed)[:300],
        )
    session.flush()
    return len(changed)


def _set_for(
    session: Session, event: Event, person: Participant, question: ProfileQuestion, value: str
) -> bool:
    """As `set_answer`; an organiser may leave open, for now, what a person has to answer."""
    if not value.strip() and session.get(ProfileAnswer, (person.id, question.id)) is None:
        return False
    return set_answer(session, person, question, value, event.now())


def store_answer(
    session: Session, person_id: int, question: ProfileQuestion, text: str, chosen: set[int], now: datetime
) -> bool:
    """Store an answer that was checked; an empty one takes it away. Whether anything changed."""
    answer = session.get(ProfileAnswer, (person_id, question.id))
    if not text and not chosen:
        if answer is None:
            return False
        forget_answer(session, person_id, question.id)
        return True
    before = set(
        session.scalars(
            select(AnswerChoice.choice_id).where(
                AnswerChoice.participant_id == person_id, AnswerChoice.question_id == question.id
            )
        )
    )
    if answer is not None and (answer.text, before) == (text, chosen):
        return False
    if answer is None:
        answer = ProfileAnswer(participant_id=person_id, question_id=question.id, kind=question.kind)
        session.add(answer)
    answer.text, answer.updated_at = text, now
    session.flush()
    # What goes makes room first: of some kinds one person has one choice.
    session.execute(
        delete(AnswerChoice).where(
            AnswerChoice.participant_id == person_id,
            AnswerChoice.question_id == question.id,
            AnswerChoice.choice_id.in_(before - chosen),
        )
    )
    session.add_all(
        AnswerChoice(
            participant_id=person_id, question_id=question.id, choice_id=choice, kind=question.kind.value
        )
        for choice in sorted(chosen - before)
    )
    session.flush()
    return True


def set_file(
    session: Session,
    person: Participant,
    question: ProfileQuestion,
    document: Document | None,
    now: datetime,
) -> None:
    """Store the file that answers a question, instead of any before; None takes it away.

    Raises Invalid when an answer is needed, or the question asks for no file.
    """
    if question.kind is not QuestionKind.FILE:
        raise Invalid(
            _("%(label)s: this question asks for no file.", label=question.label), field_of(question)
        )
    if document is None and question.required:
        raise Invalid(
            _("%(label)s: an answer is needed. Send another file instead.", label=question.label),
            field_of(question),
        )
    forget_answer(session, person.id, question.id)
    if document is None:
        return
    session.add(
        ProfileAnswer(participant_id=person.id, question_id=question.id, kind=question.kind, updated_at=now)
    )
    session.flush()
    session.add(
        AnswerFile(
            participant_id=person.id,
            question_id=question.id,
            name=document.name,
            media_type=document.media_type,
            size=len(document.content),
            content=document.content,
        )
    )
    session.flush()


def file_for(
    session: Session,
    event: Event,
    person: Participant,
    question: ProfileQuestion,
    document: Document | None,
    actor: User,
) -> None:
    """Store, or take away, the file with which an organiser answers a question about a person. Raises Invalid."""
    set_file(session, person, question, document, event.now())
    record(
        session, event, actor, "person.answers", person.public_id, name=person.name, questions=question.label
    )


def forget_answer(session: Session, person_id: int, question_id: int) -> None:
    """Take an answer away, with its choices and its file."""
    session.execute(
        delete(ProfileAnswer).where(
            ProfileAnswer.participant_id == person_id, ProfileAnswer.question_id == question_id
        )
    )
    session.expire_all()


def _chosen(question: ProfileQuestion, value: str, field: str) -> set[int]:
    known = {choice.id for choice in question.choices}
    parts = value.split()
    chosen = {int(part) for part in parts[:200] if part.isascii() and part.isdecimal() and len(part) < 12}
    if len(chosen) != len(set(parts)) or chosen - known:
        raise Invalid(
            _("%(label)s: this choice does not exist any more. Reload the page.", label=question.label), field
        )
    if len(chosen) > 1 and question.kind is not QuestionKind.SEVERAL:
        raise Invalid(_("%(label)s: choose one.", label=question.label), field)
    return chosen
