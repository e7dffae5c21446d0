"""Answers to an event's own questions in lists of people: columns, words, and answers as the texts of fields.

A question is a column, and a field of a person, called `question-` and its id. A field's text is what was answered, or
the ids of what was chosen, in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import insert
from sqlalchemy.orm import Session

from scheduler.domain.enums import AnswerReader, QuestionKind
from scheduler.domain.text_key import name_key
from scheduler.errors import Invalid
from scheduler.imports.people import OWN
from scheduler.models import AnswerChoice, Event, ProfileAnswer, ProfileQuestion
from scheduler.queries.people.questions import AnswerOf, answers_of_all, questions_of
from scheduler.services.people.answers import store_answer
from scheduler.services.text import clean_line, clean_text

_YES = ("yes", "y", "true", "1", "x", "ja", "oui", "si", "sí", "sim", "tak", "да", "wahr", "vrai")
_NO = ("no", "n", "false", "0", "nein", "non", "não", "nao", "nie", "нет", "не", "falsch", "faux")


@dataclass(frozen=True, slots=True)
class ListedQuestion:
    """A question that a list may answer, apart from the database; `choices` are ids by the key of their names."""

    id: int
    label: str
    kind: QuestionKind
    own: bool
    """Whether people answer it themselves: then a list does not change what those who came in have said."""
    choices: Mapping[str, int]
    labels: Mapping[int, str]
    types: frozenset[str]

    @property
    def column(self) -> str:
        return f"{OWN}{self.id}"


def listed_questions(session: Session, event: Event) -> dict[str, ListedQuestion]:
    """The questions of an event that a cell can answer, by column. Three queries."""
    found = (
        _listed(question)
        for question in questions_of(session, event.id, retired=True)
        if question.kind is not QuestionKind.FILE
    )
    return {question.column: question for question in found}


def _listed(question: ProfileQuestion) -> ListedQuestion:
    choices = {choice.label_key: choice.id for choice in question.choices}
    labels = {choice.id: choice.label for choice in question.choices}
    if question.kind is QuestionKind.YES_NO:
        yes, no = choices["yes"], choices["no"]
        labels = {yes: str(_("Yes")), no: str(_("No"))}
        choices = {name_key(word): yes for word in (*_YES, labels[yes])}
        choices |= {name_key(word): no for word in (*_NO, labels[no])}
    return ListedQuestion(
        question.id,
        question.label,
        question.kind,
        question.reader is not AnswerReader.ORGANISERS_ONLY,
        choices,
        labels,
        frozenset(kind.code for kind in question.types),
    )


def answer_in(
    question: ListedQuestion, text: str, said: Mapping[tuple[str, str], str], words: list[tuple[str, str]]
) -> str:
    """The field's text for a cell; words that nobody knows are added to `words`, and leave the answer out.

    Raises Invalid for a text that is too long, and for two choices where there is one.
    """
    if question.kind is QuestionKind.TEXT:
        return clean_line(text, 300, question.column, question.label)
    if question.kind is QuestionKind.LONG_TEXT:
        return clean_text(text, 3000, question.column, question.label)
    chosen: set[int] = set()
    unknown = []
    for word in _words(question, text):
        number = _choice(question, word, said)
        if number is None:
            unknown.append((question.column, word))
        elif number:
            chosen.add(number)
    if unknown:
        words.extend(unknown)
        return ""
    if len(chosen) > 1 and question.kind is not QuestionKind.SEVERAL:
        raise Invalid(_("%(label)s: choose one.", label=question.label), question.column)
    return _text_of(chosen)


def _words(question: ListedQuestion, text: str) -> list[str]:
    """What a cell names: all of it where that is a choice, else what stands between semicolons and line breaks."""
    if name_key(text) in question.choices:
        return [text]
    parts = text.replace("\n", ";").split(";") if question.kind is QuestionKind.SEVERAL else [text]
    return [part.strip()[:160] for part in parts if part.strip()]


def _choice(question: ListedQuestion, word: str, said: Mapping[tuple[str, str], str]) -> int | None:
    """A choice's id; 0 for a word that means nothing here, None for one that nobody knows."""
    key = name_key(word)
    if (found := question.choices.get(key)) is not None:
        return found
    meant = said.get((question.column, key))
    if meant == "":
        return 0
    return int(meant) if meant is not None and int(meant) in question.labels else None


def _text_of(chosen: Iterable[int]) -> str:
    return " ".join(map(str, sorted(chosen)))


def worded(question: ListedQuestion, text: str) -> str:
    """A field's text as people read it."""
    if question.kind in (QuestionKind.TEXT, QuestionKind.LONG_TEXT):
        return text
    return "; ".join(question.labels.get(int(number), "?") for number in text.split())


def answer_texts(session: Session, people: Sequence[int]) -> dict[int, dict[str, str]]:
    """What people answered, as the texts of fields. Three queries."""
    return {
        person: {
            f"{OWN}{question}": _field_text(answer)
            for question, answer in answers.items()
            if answer.file is None
        }
        for person, answers in answers_of_all(session, people).items()
    }


def _field_text(answer: AnswerOf) -> str:
    return answer.text or _text_of(answer.choices)


def set_answer_text(
    session: Session,
    questions: Mapping[int, ProfileQuestion],
    person: int,
    name: str,
    text: str,
    now: datetime,
) -> None:
    """Store a field's text as the answer. A question or choice that is gone meanwhile is left as it is."""
    question = questions.get(int(name.removeprefix(OWN)))
    if question is None:
        return
    if question.kind in (QuestionKind.TEXT, QuestionKind.LONG_TEXT):
        store_answer(session, person, question, text, set(), now)
        return
    known = {choice.id for choice in question.choices}
    store_answer(session, person, question, "", {int(part) for part in text.split()} & known, now)


def store_new_answers(
    session: Session, event: Event, told: Sequence[tuple[int, Mapping[str, str | int]]]
) -> None:
    """The answers of people who are new, in two statements however many; `told` are their fields by person."""
    questions = {question.id: question for question in questions_of(session, event.id, retired=True)}
    answers, chosen = [], []
    for person, fields in told:
        for name, value in fields.items():
            question = questions.get(int(name.removeprefix(OWN))) if name.startswith(OWN) else None
            if question is None:
                continue
            texts = question.kind in (QuestionKind.TEXT, QuestionKind.LONG_TEXT)
            key = {"participant_id": person, "question_id": question.id, "kind": question.kind}
            answers.append({**key, "text": str(value) if texts else "", "updated_at": event.now()})
            if not texts:
                kind = {"kind": question.kind.value}
                chosen += [{**key, **kind, "choice_id": int(part)} for part in str(value).split()]
    if answers:
        session.execute(insert(ProfileAnswer), answers)
    if chosen:
        session.execute(insert(AnswerChoice), chosen)
