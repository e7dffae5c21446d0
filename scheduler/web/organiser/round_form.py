"""The rules of a round as a form: for everybody, and a grid of figures by type."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from scheduler.domain.round_rules import BOUNDS, LIMITS, TypeRules
from scheduler.errors import Invalid
from scheduler.models import MatchmakingRound
from scheduler.web.organiser.forms import required

FIGURES = {
    "request_cap": _l("Requests"),
    "answer_days": _l("Days to answer"),
    "guarantee": _l("Guaranteed"),
    "max_meetings": _l("Meetings in the round"),
    "max_meetings_per_day": _l("A day"),
    "max_meetings_per_half_day": _l("Half a day"),
    "pause_after": _l("Pause after"),
    "pause_minutes": _l("Minutes of pause"),
}
"""The columns of the grid by type."""


def _most(label: Any, hint: Any = "") -> IntegerField:
    return IntegerField(label, [Optional(), NumberRange(0, 1000)], description=hint or _l("Empty: no limit."))


class RoundForm(FlaskForm):
    name = StringField(_l("Name"), [required(_l("Give the round a name.")), Length(max=120)])
    opens_at = DateTimeLocalField(_l("Opens"), [required(_l("Say when the round opens."))])
    closes_at = DateTimeLocalField(_l("Closes"), [required(_l("Say when the round closes."))])
    request_mode = RadioField(_l("When does a request count?"), default="opt-in")
    request_cap = IntegerField(
        _l("Requests a person may send"),
        [InputRequired(_l("Say how many, or 0 for none.")), NumberRange(0, 1000)],
        default=30,
    )
    answer_days = IntegerField(
        _l("Days to answer"),
        [Optional(), NumberRange(0, 365)],
        description=_l("Empty or 0: until the round closes."),
    )
    guarantee = IntegerField(
        _l("Meetings guaranteed to everybody"),
        [Optional(), NumberRange(0, 1000)],
        description=_l("Runs try hard to give everybody who wants meetings at least so many."),
    )
    max_meetings = _most(_l("In the round"), _l("With those that other rounds have published."))
    max_meetings_per_day = _most(_l("A day"))
    max_meetings_per_half_day = _most(_l("Half a day"))
    half_day_at = TimeField(
        _l("The second half of a day begins"), [required(_l("Say when, such as 13:00."))], default=time(13, 0)
    )
    pause_after = IntegerField(
        _l("A pause after so many in a row"),
        [Optional(), NumberRange(1, 1000)],
        description=_l("Runs keep the time after so many free. Empty: no pause."),
    )
    pause_minutes = IntegerField(
        _l("Minutes of the pause"),
        [Optional(), NumberRange(5, 240)],
        description=_l("Empty: as long as the shortest meeting of the round."),
    )
    blocks = SelectMultipleField(
        _l("Meeting blocks"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def limits(self) -> dict[str, int | None]:
        """What was entered for everybody."""
        return {name: self[name].data for name in LIMITS}

    def show_limits(self, found: MatchmakingRound) -> None:
        """Fill in what holds for everybody."""
        for name in LIMITS:
            self[name].data = getattr(found, name)
        self.half_day_at.data = time(*divmod(found.half_day_at, 60))


def cell_name(figure: str, code: str) -> str:
    """The name of a cell of the grid by type."""
    return f"{figure}-{code}"


def rules_entered(types: Mapping[str, str], entered: Mapping[str, str]) -> dict[str, TypeRules]:
    """The grid by type: rules by code, of types with a figure. Raises Invalid, naming the type and what was typed."""
    found = {}
    for code, label in types.items():
        figures = {}
        for figure in BOUNDS:
            text = entered.get(cell_name(figure, code), "").strip()
            if not text:
                continue
            if not (text.isascii() and text.isdigit() and len(text) < 6):
                raise Invalid(_("%(type)s: “%(text)s” is no number.", type=label, text=text[:20]), "by_type")
            figures[figure] = int(text)
        if figures:
            found[code] = TypeRules(**figures)
    return found
