"""Why a plan was not published or taken back, in words."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from scheduler.domain.enums import PlanState
from scheduler.domain.plan_refusal import PlanObstacle, PlanRefusal

STATES = {
    PlanState.DRAFT: _l("It is a draft."),
    PlanState.PUBLISHED: _l("It is published already."),
    PlanState.SUPERSEDED: _l("A later plan has taken its place."),
    PlanState.DISCARDED: _l("It was discarded."),
}
ALONE = {
    PlanObstacle.NO_MEETING: _l("This plan holds no meeting: there is nothing to publish."),
    PlanObstacle.OUR_FAULT: _l("It could not be done. Nothing was changed; the worker's log says why."),
    PlanObstacle.DATABASE: _l("The database did not take it. Nothing was changed; try again."),
    PlanObstacle.WORKER_GONE: _l("The worker ended in the middle of it. Nothing was changed; try again."),
}


def plan_refusal_said(refusal: PlanRefusal | None) -> str:
    """Why the plan is as it was, in a sentence or two; empty when nothing was refused."""
    if refusal is None:
        return ""
    match refusal.why:
        case PlanObstacle.TEXT:
            return refusal.name
        case PlanObstacle.NO_DRAFT:
            return f"{_('Only a draft can be published.')} {STATES[PlanState(refusal.state)]}"
        case PlanObstacle.NOT_PUBLISHED:
            return f"{_('This plan is not published.')} {STATES[PlanState(refusal.state)]}"
        case PlanObstacle.PEOPLE_ELSEWHERE:
            return _people_elsewhere(refusal)
        case PlanObstacle.TABLES_ELSEWHERE:
            return _tables_elsewhere(refusal)
        case PlanObstacle.BEGUN:
            return _begun(refusal)
    return str(ALONE[refusal.why])


def _people_elsewhere(refusal: PlanRefusal) -> str:
    return str(
        ngettext(
            "%(name)s would be at two meetings at once: another round has published a meeting at the same"
            " time. Start a run again; it plans around it.",
            "%(num)d people, among them %(name)s, would be at two meetings at once: another round has"
            " published meetings at the same time. Start a run again; it plans around them.",
            refusal.count,
            name=refusal.name,
        )
    )


def _tables_elsewhere(refusal: PlanRefusal) -> str:
    return str(
        ngettext(
            "A meeting stands at a table of %(name)s that another round uses at the same time."
            " Start a run again; it plans around it.",
            "%(num)d meetings stand at tables that another round uses at the same time, for example at"
            " %(name)s. Start a run again; it plans around them.",
            refusal.count,
            name=refusal.name,
        )
    )


def _begun(refusal: PlanRefusal) -> str:
    return str(
        ngettext(
            "%(num)d meeting of this plan has begun, so it can't be taken back. Publish another plan in its"
            " place, or call off single meetings that are still ahead.",
            "%(num)d meetings of this plan have begun, so it can't be taken back. Publish another plan in its"
            " place, or call off single meetings that are still ahead.",
            refusal.count,
        )
    )
