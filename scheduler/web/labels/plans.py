"""What a plan is and what publishing it changes, in plain words."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from scheduler.domain.enums import PlanState
from scheduler.domain.plan_difference import PlanDifference
from scheduler.queries.meetings.misfits import Misfit, MisfitLine


def state_look(state: PlanState) -> tuple[str, str, str]:
    """Label, meaning and icon of a plan's state, for a badge."""
    return {
        PlanState.DRAFT: (_("Draft"), "attention", "edit"),
        PlanState.PUBLISHED: (_("Published"), "good", "check"),
        PlanState.SUPERSEDED: (_("Replaced"), "", "clock"),
        PlanState.DISCARDED: (_("Put aside"), "", "cross"),
    }[state]


def misfit_said(line: MisfitLine) -> str:
    """Why a meeting no longer fits, in a few words."""
    words = {
        Misfit.TIME_GONE: _("This time is no longer in a meeting block."),
        Misfit.PLACE_GONE: _("The place has been taken out."),
        Misfit.TABLE_GONE: _("Table %(n)d has been taken out.", n=line.table),
        Misfit.CLOSED: _("The place is not open then."),
        Misfit.NOT_THEIRS: _("The place is the stand of somebody else now."),
        Misfit.OTHER_ROUND: _("The round no longer uses this meeting block."),
    }
    return str(words[line.why])


def what_changes(difference: PlanDifference) -> list[tuple[str, int]]:
    """What a publication does to meetings, counted; what does not happen is left out."""
    rows = [
        (ngettext("new meeting", "new meetings", len(difference.added)), len(difference.added)),
        (
            ngettext(
                "meeting at another time or table", "meetings at another time or table", len(difference.moved)
            ),
            len(difference.moved),
        ),
        (
            ngettext("meeting cancelled", "meetings cancelled", len(difference.dropped)),
            len(difference.dropped),
        ),
        (ngettext("meeting as it is", "meetings as they are", len(difference.kept)), len(difference.kept)),
    ]
    return [(str(label), count) for label, count in rows if count]
