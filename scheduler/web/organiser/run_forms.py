"""The form that starts a run: questions in plain words."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from scheduler.domain.walking import LONGEST
from scheduler.web.labels.runs import TIMES, WISHES, duration


def _question(name: str) -> RadioField:
    wish = next(each for each in WISHES if each.name == name)
    return RadioField(
        wish.label,
        [InputRequired(_l("Choose one."))],
        choices=[SelectChoice(value=value, label=label) for value, label in wish.answers],
        default=wish.usual,
        description=wish.hint,
    )


class RunForm(FlaskForm):
    round = SelectField(_l("Round"))
    base = SelectField(
        _l("Start from"),
        default="",
        description=_l(
            "Meetings that are locked or called off in the plan you start from stay so. The search begins with"
            " the others where they are."
        ),
    )
    time_limit = SelectField(
        _l("How long to search"),
        coerce=int,
        default=60,
        description=_l(
            "A good schedule is often there within seconds; the rest of the time proves and improves."
        ),
    )
    assumed_walk = IntegerField(
        _l("Minutes to count for a walk that nobody knows"),
        [Optional(), NumberRange(0, LONGEST)],
        description=_l("Kept for later runs. Agendas and plans of the hall never show this figure."),
    )
    breaks = _question("breaks")
    walking = _question("walking")
    guarantee = _question("guarantee")
    published = _question("published")
    seed = IntegerField(
        _l("Seed"),
        [InputRequired(_l("Enter a number.")), NumberRange(0, 2**31 - 1)],
        default=0,
        description=_l("Another seed searches in another order."),
    )

    def fill(self, rounds: list[tuple[str, str]], drafts: list[tuple[str, str]]) -> None:
        """Offer these rounds and drafts (public id, label) and the usual times."""
        self.base.choices = [
            SelectChoice(value="", label=_("What people have: the published plan, if there is one")),
            *(SelectChoice(value=value, label=label) for value, label in drafts),
        ]
        self.round.choices = [SelectChoice(value=value, label=label) for value, label in rounds]
        self.time_limit.choices = [SelectChoice(value=each, label=duration(each)) for each in TIMES]
