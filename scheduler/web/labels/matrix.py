"""The rules of the matching matrix in words."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from scheduler.domain.enums import CellPriority, HeldAt, RequestMode
from scheduler.domain.matrix import Cell

HELD_AT = {
    HeldAt.ANYWHERE: _l("at a stand or a table"),
    HeldAt.STAND: _l("at the stand"),
    HeldAt.TABLE: _l("at a table"),
}
MODES = {RequestMode.OPT_IN: _l("once accepted"), RequestMode.OPT_OUT: _l("unless declined")}
PRIORITIES = {CellPriority.FIRST: _l("first"), CellPriority.PREFERRED: _l("preferred")}


def rules_said(cell: Cell) -> str:
    """What a cell says beside the name of its meetings: `20 min · at the stand · 5 requests`; empty: nothing."""
    said = []
    if cell.slot_minutes is not None:
        said.append(_("%(n)d min", n=cell.slot_minutes))
    if cell.held_at is not None:
        said.append(str(HELD_AT[cell.held_at]))
    if cell.request_mode is not None:
        said.append(str(MODES[cell.request_mode]))
    if cell.request_cap is not None:
        said.append(ngettext("%(num)d request", "%(num)d requests", cell.request_cap))
    if cell.priority in PRIORITIES:
        said.append(str(PRIORITIES[cell.priority]))
    return " · ".join(said)
