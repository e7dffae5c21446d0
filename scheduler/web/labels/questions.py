"""Questions of an event's own in words."""

from __future__ import annotations

from flask_babel import LazyString, lazy_gettext

from scheduler.domain.enums import AnswerReader, QuestionKind
from scheduler.models import ProfileQuestion, QuestionChoice
from scheduler.queries.people.questions import AnswerOf

_l = lazy_gettext

KINDS: dict[QuestionKind, LazyString] = {
    QuestionKind.TEXT: _l("A line of text"),
    QuestionKind.LONG_TEXT: _l("A longer text"),
    QuestionKind.ONE: _l("One choice of several"),
    QuestionKind.SEVERAL: _l("Any number of choices"),
    QuestionKind.YES_NO: _l("Yes or no"),
    QuestionKind.FILE: _l("A file: PDF, PNG or JPEG"),
}

READERS: dict[AnswerReader, LazyString] = {
    AnswerReader.PARTICIPANTS: _l("Other participants: it stands on the profile"),
    AnswerReader.ORGANISERS: _l("Organisers only: internal"),
    AnswerReader.ORGANISERS_ONLY: _l("Organisers only, who also answer it: participants don't know of it"),
}

_YES_NO = {"yes": _l("Yes"), "no": _l("No")}


def choice_label(question: ProfileQuestion, choice: QuestionChoice) -> str:
    """What a choice is called for the reader."""
    return str(_YES_NO[choice.label]) if question.kind is QuestionKind.YES_NO else choice.label


def chosen_labels(question: ProfileQuestion, answer: AnswerOf) -> list[str]:
    """What somebody chose, in the order of the choices."""
    return [choice_label(question, choice) for choice in question.choices if choice.id in answer.choices]
