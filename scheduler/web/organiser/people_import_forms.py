"""Forms of a list of people. A list has as many columns and unknown words as it has: their fields are made for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, Form, HiddenField, RadioField, SelectField
from wtforms.fields import SelectChoice

from scheduler.services.people_import.check import LEAVE, OTHER, SAME, PossibleTwin
from scheduler.services.people_import.reading import ListChoices, ListReading
from scheduler.services.people_import.remarks import column_labels
from scheduler.services.people_import.vocabulary import NEW, Vocabulary
from scheduler.web.form_fields import number
from scheduler.web.organiser.forms import TableForm

Pairs = Sequence[tuple[str, str]]
UNSAID = ""
"""A word that is still to be explained."""
NOTHING = "-"
"""A word that means nothing here."""


class PeopleTableForm(TableForm):
    separator = HiddenField()


class StoringForm(Form):
    update = RadioField(
        _l("Those who are registered already"),
        choices=[
            SelectChoice("", _l("Leave them as they are")),
            SelectChoice("yes", _l("Update them with what the list says")),
        ],
        validate_choice=False,
    )
    shown = BooleanField(
        _l("Show the new ones to others at once"),
        description=_l(
            "Otherwise each is seen once they have come in. Either way nobody is written to before you invite them."
        ),
    )
    approved = BooleanField(
        _l("Approve the new ones"),
        description=_l("They are seen as soon as they come in. Otherwise they wait for your approval then."),
    )


class ReadingForm(Form):
    headings = number(_l("Row of the headings"), 1, 1_000_000)
    type = SelectField(_l("Type of those whose row names none"), validate_choice=False)
    unvalidated = BooleanField(_l("Take also those whom the other system has not validated"))


def columns_form(
    reading: ListReading, choices: ListChoices, types: Mapping[str, str], width: int, known: Vocabulary
) -> Form:
    """A choice for each column of the list: what it holds; the event's own questions last."""
    labels = column_labels() | {column: question.label for column, question in known.questions.items()}
    labels.pop("title", None)
    held = {n: column for column, positions in reading.columns.of.items() for n in positions}
    options = [SelectChoice("", _("Not used")), *(SelectChoice(*pair) for pair in labels.items())]
    fields: dict[str, Field] = {
        f"column-{n}": SelectField(
            _("Column %(name)s", name=reading.columns.heading(n) or n + 1),
            choices=options,
            default=_as_offered(held.get(n, "")),
            validate_choice=False,
        )
        for n in range(width)
    }
    form = _form(ReadingForm, fields)(
        data={
            "headings": str(reading.columns.headings.number),
            "type": choices.type,
            "unvalidated": choices.unvalidated,
        }
    )
    form.type.choices = [SelectChoice("", _("Nobody: each row names it"))]
    form.type.choices += [SelectChoice(*pair) for pair in types.items()]
    return form


def _as_offered(column: str) -> str:
    return {"name": "full", "title": "job_title"}.get(column, column)


def words_form(
    words: Sequence[tuple[str, str]], known: Vocabulary, countries: Pairs, languages: Pairs
) -> Form:
    """A choice for each word that nobody knows, by kind: what it means; and one for all other topics."""
    fields: dict[str, Field] = {}
    types = [(kind.code, kind.name) for kind in known.types]
    for index, (kind, word) in enumerate(words):
        choices = [SelectChoice(UNSAID, _("Not said yet"))]
        if kind == "type":
            offered: Pairs = types
        else:
            choices.append(SelectChoice(NOTHING, _("Nothing: leave it out")))
            offered = {"country": countries, "language": languages}.get(kind, ())
        if kind == "topic":
            choices.append(SelectChoice(NEW, _("A topic of its own: add it")))
            offered = [(str(topic), label) for topic, label in known.topics_like(word).items()]
        if (question := known.questions.get(kind)) is not None:
            offered = [(str(choice), label) for choice, label in question.labels.items()]
        choices += [SelectChoice(*pair) for pair in offered]
        fields[f"word:{kind}:{word}"] = SelectField(
            _("“%(word)s” means", word=word), id=f"word-{index}", choices=choices, validate_choice=False
        )
    if any(kind == "topic" for kind, _word in words):
        fields["topics"] = SelectField(
            _("All topics of which nothing is said"),
            choices=[
                SelectChoice(UNSAID, _("Not said yet")),
                SelectChoice(NOTHING, _("Leave them out")),
                SelectChoice(NEW, _("Add them as topics")),
            ],
            validate_choice=False,
        )
    return _form(Form, fields)()


def twins_form(twins: Sequence[PossibleTwin]) -> Form:
    """For each row that may be somebody who is registered: who it is."""
    return _form(
        Form,
        {
            f"who-{twin.number}": RadioField(
                twin.name,
                choices=[
                    SelectChoice(SAME, _("The same person, who keeps the registered address")),
                    SelectChoice(OTHER, _("Another person of that name")),
                    SelectChoice(LEAVE, _("Leave the row out")),
                ],
                validate_choice=False,
            )
            for twin in twins
        },
    )()


def _form(base: type[Form], fields: Mapping[str, Any]) -> type[Form]:
    return type(base.__name__, (base,), dict(fields))
