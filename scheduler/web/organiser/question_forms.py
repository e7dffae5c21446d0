"""The forms in which an organiser makes a question."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, RadioField, SelectField
from wtforms.fields import SelectChoice

from scheduler.domain.enums import AnswerReader
from scheduler.models import ProfileQuestion
from scheduler.web.form_fields import line, several, text
from scheduler.web.labels.questions import KINDS, READERS


class QuestionForm(FlaskForm):
    label = line(_l("Question"), 200, _l("As people read it, such as “Ready for investors?”."))
    help = text(_l("Help"), 500, _l("A sentence or two below the question."), rows=2)
    kind = SelectField(
        _l("Answered by"),
        choices=[SelectChoice(kind.value, label) for kind, label in KINDS.items()],
    )
    choices = text(_l("Choices"), 12_000, _l("For questions with choices: one a line."), rows=5)
    reader = RadioField(
        _l("Who reads the answers"),
        choices=[SelectChoice(reader.value, label) for reader, label in READERS.items()],
        default=AnswerReader.ORGANISERS.value,
    )
    types = several(_l("Whom it is for"))
    required = BooleanField(_l("An answer is needed"))

    def offer(self, types: Iterable[tuple[str, str]]) -> None:
        """Fill the choices with codes and names of types."""
        self.types.choices = [SelectChoice(*each) for each in types]

    def show(self, question: ProfileQuestion) -> None:
        """Hold what is stored."""
        self.label.data, self.help.data = question.label, question.help
        self.kind.data, self.reader.data = question.kind.value, question.reader.value
        self.required.data = question.required
        self.types.data = [kind.code for kind in question.types]


class ChoiceRemovalForm(Form):
    instead = SelectField(_l("Who chose it gets"), validate_choice=False)

    def offer(self, choices: Iterable[tuple[str, str]]) -> None:
        """Fill the choices with ids and labels."""
        self.instead.choices = [SelectChoice("", _l("Say which")), *(SelectChoice(*each) for each in choices)]
