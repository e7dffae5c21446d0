"""Plans: read the draft, compare it with what people have, publish it, take it back."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import current_app, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from scheduler.domain.enums import PlanErrand, PlanState
from scheduler.domain.plan_difference import compare, keep_begun
from scheduler.domain.plan_refusal import read_refusal
from scheduler.errors import Conflict
from scheduler.extensions import db
from scheduler.jobs.queue import enqueue
from scheduler.models import Plan, User
from scheduler.queries.machine import a_worker_lives
from scheduler.queries.meetings.call_offs import called_off_since
from scheduler.queries.meetings.misfits import misfit_ids, misfit_lines
from scheduler.queries.meetings.plan_positions import (
    begun_meetings,
    begun_slots,
    left_since,
    no_longer_free,
    published_plan,
    standings,
)
from scheduler.queries.meetings.plans import plan_by_public_id, plan_figures, plan_lines
from scheduler.services.meetings import plans as service
from scheduler.services.meetings.background_publication import ask_for, is_large
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.labels.causes import for_organiser, reason_said, reason_short
from scheduler.web.labels.plan_refusals import plan_refusal_said
from scheduler.web.labels.plans import misfit_said, state_look, what_changes
from scheduler.web.labels.runs import duration, fairness_said, gap_said, placed_said
from scheduler.web.machine import waiting_said
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.permissions import is_full, may_change, require_change
from scheduler.web.organiser.plan_pictures import heat_map, histogram
from scheduler.web.organiser.replies import organise
from scheduler.web.transaction import after_commit

WORDS = {
    "plan_look": state_look,
    "causes_said": for_organiser,
    "reason_said": reason_said,
    "reason_short": reason_short,
    "placed_said": placed_said,
    "gap_said": gap_said,
    "duration": duration,
}


def this_plan(plan_id: str) -> Plan:
    """The plan in the address. Raises NotFound."""
    return plan_by_public_id(db.session, this_event(), plan_id)


@blueprint.get("/plans/")
@access.organiser
def plans(event_slug: str) -> str:
    return render_template(
        "organiser/plans.html", plans=plan_lines(db.session, this_event()), may_change=is_full(), **WORDS
    )


@blueprint.get("/plans/<plan_id>/")
@access.organiser
def plans_show(event_slug: str, plan_id: str) -> str:
    plan = this_plan(plan_id)
    figures = plan_figures(db.session, plan)
    return render_template(
        "organiser/plan.html",
        figures=figures,
        fairness=fairness_said(plan, figures.fewest, figures.load[0][1]),
        histogram=histogram(figures.load),
        heat=heat_map(figures),
        checks=plan.state in (PlanState.DRAFT, PlanState.PUBLISHED) and plan.errand is None,
        may_change=may_change(plan),
        refused=plan_refusal_said(read_refusal(plan.errand_refusal)),
        **{**WORDS, **_errand(plan)},
    )


@blueprint.get("/plans/<plan_id>/checks")
@access.organiser
def plans_checks(event_slug: str, plan_id: str) -> str:
    """What speaks against a plan by now: counted after the page is there, since it takes longer."""
    plan = this_plan(plan_id)
    return render_template(
        "organiser/_plan_checks.html",
        plan=plan,
        left=len(left_since(db.session, plan, this_event().now())),
        misfits=len(misfit_ids(db.session, plan, this_event().now())),
        ended=len(called_off_since(db.session, plan)),
        unfree=no_longer_free(db.session, plan, this_event().now()),
    )


@blueprint.get("/plans/<plan_id>/errand")
@access.organiser
def plans_errand(event_slug: str, plan_id: str) -> str | Response:
    """What a worker does with a plan; asks for itself again until it is done, then for the whole page."""
    plan = this_plan(plan_id)
    if plan.errand is None:
        return Response(headers={"HX-Refresh": "true"})
    return render_template("organiser/_plan_errand.html", **_errand(plan))


@blueprint.route("/plans/<plan_id>/publish", methods=["GET", "POST"])
@access.co_organiser
def plans_publish(event_slug: str, plan_id: str) -> str | Response:
    """Asked first: what publishing touches, counted. Then done, in one transaction."""
    plan = this_plan(plan_id)
    user = require_change(plan)

    if request.method == "POST":
        if is_large(db.session, plan):
            return _left_to_worker(plan, PlanErrand.PUBLISH, user)
        done = service.publish(db.session, plan, user)
        flash(
            ngettext(
                "Published. The agenda of %(num)d person has changed.",
                "Published. The agendas of %(num)d people have changed.",
                len(done.difference.people),
            )
            + (
                " "
                + ngettext(
                    "%(num)d meeting that can't be held any more was left out.",
                    "%(num)d meetings that can't be held any more were left out.",
                    done.left_out,
                )
                if done.left_out
                else ""
            )
        )
        return redirect(organise("plans_show", plan_id=plan_id))
    previous = published_plan(db.session, plan.round_id)
    now = this_event().now()
    before, after = standings(db.session, previous), standings(db.session, plan)
    kept = keep_begun(before, after, begun_slots(db.session, plan.event_id, now))
    difference = compare(before, kept)
    return render_template(
        "organiser/plan_publish.html",
        plan=plan,
        previous=previous,
        difference=difference,
        changes=what_changes(difference),
        left=len(left_since(db.session, plan, now)),
        late=sum(1 for wish, each in after.items() if kept.get(wish) != each),
        misfits=len(misfit_ids(db.session, plan, now)),
        ended=len(called_off_since(db.session, plan)),
        unfree=no_longer_free(db.session, plan, now),
    )


@blueprint.route("/plans/<plan_id>/unpublish", methods=["GET", "POST"])
@access.co_organiser
def plans_unpublish(event_slug: str, plan_id: str) -> str | Response:
    plan = this_plan(plan_id)
    user = require_change(plan)

    if request.method == "POST":
        if is_large(db.session, plan):
            return _left_to_worker(plan, PlanErrand.UNPUBLISH, user)
        service.unpublish(db.session, plan, user)
        flash(_("The plan is a draft again. Publish it to undo this."))
        return redirect(organise("plans_show", plan_id=plan_id))
    held = standings(db.session, plan)
    people = {person for standing in held.values() for person in standing.people}
    return render_template(
        "organiser/plan_unpublish.html",
        plan=plan,
        meetings=len(held),
        people=len(people),
        begun=begun_meetings(db.session, plan, this_event().now()),
    )


@blueprint.post("/plans/<plan_id>/discard")
@access.co_organiser
def plans_discard(event_slug: str, plan_id: str) -> Response:
    plan = this_plan(plan_id)
    user = require_change(plan)
    service.discard(db.session, plan, user)
    flash(_("“%(name)s” is put aside. Bring it back to undo this.", name=plan.name))
    return redirect(organise("plans_show", plan_id=plan_id))


@blueprint.post("/plans/<plan_id>/bring-back")
@access.co_organiser
def plans_bring_back(event_slug: str, plan_id: str) -> Response:
    plan = this_plan(plan_id)
    user = require_change(plan)
    service.bring_back(db.session, plan, user)
    flash(_("“%(name)s” is a draft again.", name=plan.name))
    return redirect(organise("plans_show", plan_id=plan_id))


@blueprint.route("/plans/<plan_id>/delete", methods=["GET", "POST"])
@access.co_organiser
def plans_delete(event_slug: str, plan_id: str) -> str | Response | tuple[str, int]:
    """Asked first: what goes with the plan."""
    plan = this_plan(plan_id)
    user = require_change(plan)
    error = ""
    if request.method == "POST":
        name = plan.name
        try:
            service.delete_plan(db.session, plan, user)
        except Conflict as refused:
            error = refused.message
        else:
            flash(_("“%(name)s” is deleted.", name=name), "good")
            return redirect(organise("plans"))
    figures = plan_figures(db.session, plan)
    page = render_template("organiser/plan_delete.html", plan=plan, figures=figures, error=error, **WORDS)
    return (page, 409) if error else page


@blueprint.get("/plans/<plan_id>/misfits")
@access.organiser
def plans_misfits(event_slug: str, plan_id: str) -> str:
    """The meetings whose time, place or table was taken out: each can be moved from here."""
    plan = this_plan(plan_id)
    return render_template(
        "organiser/plan_misfits.html",
        plan=plan,
        lines=misfit_lines(db.session, plan, this_event().now()),
        may_change=may_change(plan),
        misfit_said=misfit_said,
        **WORDS,
    )


def _left_to_worker(plan: Plan, errand: PlanErrand, user: User) -> Response:
    """Ask a worker, in whose one transaction everything happens; the plan's page tells when it is done."""
    ask_for(db.session, plan, errand, datetime.now(UTC))
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    plan_id, actor_id = plan.id, user.id
    after_commit(lambda: enqueue(app, "plan-errand", plan_id=plan_id, actor_id=actor_id))
    return redirect(organise("plans_show", plan_id=plan.public_id))


def _errand(plan: Plan) -> dict[str, object]:
    since = plan.errand_since
    return {
        "plan": plan,
        "waited": (datetime.now(UTC) - since).total_seconds() if since is not None else 0.0,
        "begun": bool(plan.errand_worker),
        "waiting_words": waiting_said(a_worker_lives(db.session, datetime.now(UTC))),
        "duration": duration,
    }
