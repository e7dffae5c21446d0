"""The forms of the matching matrix: a cell of it, and the types it is made of."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, IntegerField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, NumberRange, Optional

from scheduler.domain.enums import CellPriority, HeldAt, RequestMode
from scheduler.domain.matrix import Cell
from scheduler.web.form_fields import line, several

_AS_SAID = _l("As the round says")


class CellForm(FlaskForm):
    may_ask = BooleanField(_l("They may ask for a meeting"))
    kind = StringField(_l("Name of the meeting"), [Length(max=40)], description=_l("Such as B2B or C2B."))
    slot_minutes = SelectField(
        _l("Length"), description=_l("Only times of blocks whose meetings last as long are used.")
    )
    held_at = SelectField(
        _l("Where"),
        choices=[
            SelectChoice("", _l("As usual: at the stand of either, else at a table")),
            SelectChoice(HeldAt.ANYWHERE.value, _l("Anywhere: at the stand of either or at a table")),
            SelectChoice(HeldAt.STAND.value, _l("Only at the stand of either")),
            SelectChoice(HeldAt.TABLE.value, _l("At a table of a pavilion where either has a stand")),
        ],
        description=_l("If neither has a stand, any table will do where tables are allowed."),
    )
    request_mode = SelectField(
        _l("When does a request count?"),
        choices=[
            SelectChoice("", _AS_SAID),
            SelectChoice(RequestMode.OPT_IN.value, _l("Once the asked person accepts it")),
            SelectChoice(RequestMode.OPT_OUT.value, _l("Unless the asked person declines it")),
        ],
    )
    request_cap = IntegerField(
        _l("Requests a person may send here"),
        [Optional(), NumberRange(0, 1000)],
        description=_l("Beside the limit of the round for all requests together. Empty: only that one."),
    )
    priority = SelectField(
        _l("Priority"),
        choices=[
            SelectChoice(CellPriority.USUAL.value, _l("As every other meeting")),
            SelectChoice(CellPriority.PREFERRED.value, _l("Preferred: counts twice")),
            SelectChoice(CellPriority.FIRST.value, _l("First: before any meeting without priority")),
        ],
    )
    also = several(_l("The same for"))
    both_ways = BooleanField(_l("And the other way round"))

    def offer(self, lengths: Iterable[int], others: Iterable[tuple[str, str]]) -> None:
        """Offer the lengths of the event's blocks, and the other types (code, name) of the row."""
        self.slot_minutes.choices = [
            SelectChoice("", _("As long as the times of the round")),
            *(SelectChoice(str(each), _("%(n)d minutes", n=each)) for each in lengths),
        ]
        self.also.choices = [SelectChoice(code, name) for code, name in others]

    def show(self, cell: Cell | None) -> None:
        """Fill in what holds."""
        self.may_ask.data = cell is not None
        if cell is None:
            return
        self.kind.data = cell.kind
        self.slot_minutes.data = str(cell.slot_minutes or "")
        self.held_at.data = cell.held_at.value if cell.held_at is not None else ""
        self.request_mode.data = cell.request_mode.value if cell.request_mode is not None else ""
        self.request_cap.data = cell.request_cap
        self.priority.data = cell.priority.value

    def cell(self) -> Cell | None:
        """What was entered; None: they may not ask."""
        if not self.may_ask.data:
            return None
        return Cell(
            self.kind.data or "",
            int(self.slot_minutes.data) if self.slot_minutes.data else None,
            HeldAt(self.held_at.data) if self.held_at.data else None,
            RequestMode(self.request_mode.data) if self.request_mode.data else None,
            self.request_cap.data,
            CellPriority(self.priority.data),
        )


class TypeForm(Form):
    """The name of a type of participant."""

    name = line(_l("Name"), 80, required=True)


class MergeForm(Form):
    """Which type takes over what another had."""

    into = SelectField(_l("Merge it into"), validate_choice=False)

    def offer(self, types: Iterable[tuple[str, str]]) -> None:
        """Offer the other types (code, name)."""
        self.into.choices = [SelectChoice(*each) for each in types]
