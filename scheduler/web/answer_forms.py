"""The fields of an event's own questions, for whoever answers them: the person, or an organiser about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import request
from flask_babel import gettext as _
from wtforms import SelectField
from wtforms.fields import SelectChoice
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm

from scheduler.domain.enums import QuestionKind
from scheduler.models import ProfileQuestion
from scheduler.queries.people.questions import AnswerOf
from scheduler.services.people.answers import field_of
from scheduler.web.form_fields import line, several, text
from scheduler.web.labels.questions import choice_label

MARK = "_shown"
"""Beside a field of boxes: it was there, though none is ticked."""


def answers_form(
    questions: Sequence[ProfileQuestion], answers: Mapping[int, AnswerOf], entered: Mapping[str, str]
) -> BaseForm:
    """A form of the questions that need no file of their own, filled with what was `entered`, else with the answers."""
    asked = [question for question in questions if question.kind is not QuestionKind.FILE]
    form = BaseForm({field_of(question): _field(question) for question in asked})
    form.process(data={field_of(one): _value(one, answers.get(one.id), entered) for one in asked})
    return form


def answers_entered(questions: Sequence[ProfileQuestion]) -> dict[str, str]:
    """What the request says of the questions that its form has shown: texts, or ids of choices and blanks."""
    found = {}
    for question in questions:
        name = field_of(question)
        if question.kind is QuestionKind.SEVERAL and name + MARK in request.form:
            found[name] = " ".join(request.form.getlist(name))
        elif name in request.form and question.kind is not QuestionKind.FILE:
            found[name] = request.form[name]
    return found


def _field(question: ProfileQuestion) -> UnboundField:
    label = _("%(question)s (required)", question=question.label) if question.required else question.label
    if question.kind is QuestionKind.TEXT:
        return line(label, 300, question.help)
    if question.kind is QuestionKind.LONG_TEXT:
        return text(label, 3000, question.help)
    choices = [SelectChoice(str(each.id), choice_label(question, each)) for each in question.choices]
    if question.kind is QuestionKind.SEVERAL:
        found = several(label)
        found.kwargs.update(choices=choices, description=question.help)
        return found
    return SelectField(
        label,
        description=question.help,
        choices=[SelectChoice("", _("Not said")), *choices],
        validate_choice=False,
    )


def _value(question: ProfileQuestion, answer: AnswerOf | None, entered: Mapping[str, str]) -> str | list[str]:
    said = entered.get(field_of(question))
    if question.kind in (QuestionKind.TEXT, QuestionKind.LONG_TEXT):
        return (answer.text if answer is not None else "") if said is None else said
    chosen = [str(choice) for choice in sorted(answer.choices)] if answer is not None else []
    chosen = chosen if said is None else said.split()
    return chosen if question.kind is QuestionKind.SEVERAL else (chosen or [""])[0]
