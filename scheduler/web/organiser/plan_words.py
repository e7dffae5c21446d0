"""What a plan is, and why a meeting is not in it, in plain words."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from scheduler.domain.kinds import PlanState
from scheduler.domain.plan_difference import PlanDifference


def state_look(state: PlanState) -> tuple[str, str, str]:
    """Label, meaning and icon of a plan's state, for a badge."""
    return {
        PlanState.DRAFT: (_("Draft"), "attention", "edit"),
        PlanState.PUBLISHED: (_("Published"), "good", "check"),
        PlanState.SUPERSEDED: (_("Replaced"), "", "clock"),
        PlanState.DISCARDED: (_("Put aside"), "", "cross"),
    }[state]


def reason_short(reason: str) -> str:
    """A reason as a heading."""
    words = {
        "no-common-slot": _("Never free at the same time"),
        "place-full": _("No table left"),
        "limit-reached": _("Somebody has reached their limit"),
        "walking": _("Too far to walk in time"),
        "outranked": _("Other meetings were worth more"),
        "rule": _("A rule forbids it"),
        "time-limit": _("The search ended before"),
    }
    return str(words.get(reason, reason))


def reason_said(reason: str) -> str:
    """What a reason means, and what would help."""
    words = {
        "no-common-slot": _("They have no slot in which both can meet. More availability would help."),
        "place-full": _("When both could meet, every table they may use was taken. More tables would help."),
        "limit-reached": _("Somebody has as many meetings as they, or the event, allow."),
        "walking": _("The way from or to what they do before or after would take too long."),
        "outranked": _("Their common slots are taken by meetings that more people wanted, or wanted more."),
        "rule": _("A rule of the round, such as a locked meeting, leaves no room for it."),
        "time-limit": _("There would be room for it. A longer run may place it."),
    }
    return str(words.get(reason, ""))


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
