"""The filter of people in an address: the list shows whom it chooses, an invitation writes to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import request
from flask_babel import gettext as _
from wtforms import SelectField
from wtforms.fields import SelectChoice
from wtforms.form import BaseForm

from scheduler.domain.enums import ParticipantState
from scheduler.errors import NotAllowed
from scheduler.models import ProfileQuestion
from scheduler.queries.people.answer_filter import ANSWERED, UNANSWERED
from scheduler.queries.people.people_admin import Need, PeopleFilter, Sort
from scheduler.services.event.questions import MOST_QUESTIONS
from scheduler.services.people.answers import PREFIX, field_of
from scheduler.web.form_fields import said
from scheduler.web.labels.questions import choice_label
from scheduler.web.organiser.filters import PeopleFilterForm
from scheduler.web.organiser.permissions import is_full, outside_said, own_organisation
from scheduler.web.organiser.replies import one_of


def people_filter() -> PeopleFilter:
    form = PeopleFilterForm(request.args)
    organisation = said(form, "brought_by")
    return PeopleFilter(
        text=said(form, "q", 100).strip(),
        type=said(form, "type"),
        state=one_of(ParticipantState, "state"),
        delegation=said(form, "delegation"),
        organisation=said(form, "organisation"),
        brought_by=int(organisation) if organisation.isdecimal() and len(organisation) < 12 else None,
        need=one_of(Need, "need"),
        round=said(form, "round"),
        answers=answers_wanted(),
        shown_only=not is_full(),
        sort=one_of(Sort, "sort") or Sort.NAME,
    )


def those_one_may_change() -> PeopleFilter:
    """As `people_filter`; of co-organisers among those whom they brought. Raises NotAllowed when these are nobody."""
    wanted = people_filter()
    if is_full():
        return wanted
    own = own_organisation()
    if own is None:
        raise NotAllowed(outside_said())
    return replace(wanted, brought_by=own)


def filter_values() -> dict[str, str]:
    """The filter as parameters of an address."""
    form = PeopleFilterForm(request.args)
    values = {each.name: each.data for each in form if each.data and each.name != "sort"}
    return values | {PREFIX + question: said for question, said in answers_wanted()}


def answers_wanted() -> tuple[tuple[str, str], ...]:
    """The questions in the address with what is wanted of each."""
    found = [
        (name.removeprefix(PREFIX)[:20], value[:20])
        for name, value in request.args.items()
        if name.startswith(PREFIX) and value
    ]
    return tuple(sorted(found)[:MOST_QUESTIONS])


def answer_filter_form(questions: Sequence[ProfileQuestion]) -> BaseForm:
    """A choice for each question: its choices, and whether it was answered; as the address says."""
    form = BaseForm({field_of(question): _answer_field(question) for question in questions})
    form.process(request.args)
    return form


def _answer_field(question: ProfileQuestion) -> SelectField:
    return SelectField(
        question.label,
        choices=[
            SelectChoice("", _("All")),
            *(SelectChoice(str(choice.id), choice_label(question, choice)) for choice in question.choices),
            SelectChoice(ANSWERED, _("Has answered")),
            SelectChoice(UNANSWERED, _("Has not answered")),
        ],
        validate_choice=False,
    )
