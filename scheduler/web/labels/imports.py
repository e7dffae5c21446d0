"""How far a large list of people is, and why it was not stored or taken back, in words."""

from __future__ import annotations

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from scheduler.domain.enums import ImportRefusal
from scheduler.services.people_import.progress import StoringProgress, StoringStep

_REFUSALS = {
    ImportRefusal.TAKEN: _l(
        "Somebody registered one of these people, or changed the list, at the same moment. Nothing was stored:"
        " look again."
    ),
    ImportRefusal.LIST: _l(
        "The list can't be stored as it is. Nothing was stored: look below, and say how it is read."
    ),
    ImportRefusal.DATABASE: _l("The database did not take it. Nothing was changed; try again."),
    ImportRefusal.WORKER_GONE: _l("The worker ended in the middle of it. Nothing was changed; try again."),
    ImportRefusal.OUR_FAULT: _l("It could not be done. Nothing was changed; the worker's log says why."),
}


def refusal_said(refusal: ImportRefusal) -> str:
    """Why a worker did not do what was asked, and that nothing was changed."""
    return str(_REFUSALS[refusal])


def step_said(progress: StoringProgress) -> str:
    """`Checked 5,000 of 25,000 rows.`"""
    numbers = {"done": format_decimal(progress.done), "total": format_decimal(progress.total)}
    if progress.step is StoringStep.CHECK:
        return _("Checked %(done)s of %(total)s rows.", **numbers)
    if progress.step is StoringStep.REGISTER:
        return _("Registered %(done)s of %(total)s people.", **numbers)
    return _("Everybody is registered; their topics, answers and delegations follow.")
