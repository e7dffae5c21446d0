"""Runs: start one, watch it, stop it and keep what it found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations

from flask import current_app, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from scheduler.domain.enums import RunState
from scheduler.domain.run_outcome import read_outcome
from scheduler.domain.walking import PACE, WalkSource
from scheduler.errors import Conflict, Invalid
from scheduler.extensions import db
from scheduler.jobs.queue import enqueue
from scheduler.models import Run
from scheduler.queries.machine import a_worker_lives, machine
from scheduler.queries.meetings.plans import draft_lines, plan_name
from scheduler.queries.rounds.run_outcome import RunNames, names_of_outcome
from scheduler.queries.rounds.runs import (
    RunLine,
    another_runs,
    people_count,
    round_sizes,
    run_by_public_id,
    run_lines,
    run_progress,
    silent_for,
)
from scheduler.queries.venue.venue import missing_ways, walks
from scheduler.services.rounds import runs as service
from scheduler.services.venue.venue import assume_walk
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.labels.run_outcomes import findings_said, outcome_said
from scheduler.web.labels.runs import (
    draft_said,
    duration,
    gap_said,
    placed_said,
    said_weights,
    state_look,
    weights_of,
)
from scheduler.web.machine import notices, waiting_said
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.gap_chart import gap_chart
from scheduler.web.organiser.permissions import may_change, may_run, require_change, require_run
from scheduler.web.organiser.replies import blame, organise
from scheduler.web.organiser.run_forms import RunForm
from scheduler.web.transaction import after_commit


def event_time(instant: datetime) -> datetime:
    """An instant of the wall clock as the event's clock shows it."""
    return instant - timedelta(seconds=this_event().clock_shift)


WORDS = {
    "state_look": state_look,
    "gap_said": gap_said,
    "placed_said": placed_said,
    "duration": duration,
    "event_time": event_time,
    "outcome_said": lambda stored: outcome_said(read_outcome(stored)),
}


@blueprint.get("/runs/")
@access.organiser
def runs(event_slug: str) -> str:
    return render_template(
        "organiser/runs.html",
        lines=run_lines(db.session, this_event()),
        machine_room=notices(machine(db.session, datetime.now(UTC), this_event().id)),
        may_start=may_run(),
        **WORDS,
    )


@blueprint.route("/runs/new", methods=["GET", "POST"])
@access.co_organiser
def runs_new(event_slug: str) -> str | Response | tuple[str, int]:
    event, user = this_event(), require_run()
    sizes = [size for size in round_sizes(db.session, event) if may_change(size.round)]
    drafts = {line.plan.public_id: line for line in draft_lines(db.session, event) if may_change(line.plan)}
    form = RunForm(round=request.args.get("round"), base=request.args.get("from", ""))
    form.fill(
        [(size.round.public_id, size.round.name) for size in sizes],
        [(key, draft_said(line)) for key, line in drafts.items()],
    )
    known = walks(db.session, event.id)
    missing = missing_ways(db.session, event.id, known)
    if not form.is_submitted():
        form.assumed_walk.data = event.assumed_walk
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            row = next(size.round for size in sizes if size.round.public_id == form.round.data)
            answers = {name: form[name].data for name in ("breaks", "walking", "guarantee", "published")}
            settings = service.RunSettings(
                time_limit=form.time_limit.data,
                weights=weights_of(answers),
                seed=form.seed.data,
                workers=int(current_app.config["RUN_WORKERS"]),
            )
            try:
                if missing.first is not None and form.assumed_walk.data is not None:
                    assume_walk(db.session, event, form.assumed_walk.data, user)
                line = drafts.get(form.base.data)
                run = service.start_run(
                    db.session, row, settings, user, datetime.now(UTC), base=line.plan if line else None
                )
            except (Invalid, Conflict) as error:
                db.session.rollback()
                blame(form, error if isinstance(error, Invalid) else Invalid(error.message))
                status = error.status
            else:
                _tell_queue(run)
                return redirect(organise("runs_show", run_id=run.public_id))
    page = render_template(
        "organiser/run_form.html",
        form=form,
        sizes=sizes,
        people=people_count(db.session, event),
        missing=missing,
        computed=any(known.source(*pair) is WalkSource.COMPUTED for pair in combinations(known.positions, 2)),
        pace=PACE,
    )
    return page, status


@blueprint.get("/runs/<run_id>/")
@access.organiser
def runs_show(event_slug: str, run_id: str) -> str:
    return render_template("organiser/run.html", **_page(run_by_public_id(db.session, this_event(), run_id)))


@blueprint.get("/runs/<run_id>/progress")
@access.organiser
def runs_progress(event_slug: str, run_id: str) -> str:
    """The part of a run's page that changes; it asks for itself again as long as the run is under way."""
    return render_template(
        "organiser/_run_progress.html", **_page(run_by_public_id(db.session, this_event(), run_id))
    )


@blueprint.post("/runs/<run_id>/stop")
@access.co_organiser
def runs_stop(event_slug: str, run_id: str) -> Response:
    line = run_by_public_id(db.session, this_event(), run_id)
    user = require_change(line.run)
    try:
        service.stop_run(db.session, line.run, user, datetime.now(UTC))
    except Conflict:
        flash(_("The run had already ended."))
    return redirect(organise("runs_show", run_id=run_id))


@blueprint.post("/runs/<run_id>/restart")
@access.co_organiser
def runs_restart(event_slug: str, run_id: str) -> Response:
    line = run_by_public_id(db.session, this_event(), run_id)
    user = require_change(line.run)
    service.restart_run(db.session, line.run, user, datetime.now(UTC))
    _tell_queue(line.run)
    return redirect(organise("runs_show", run_id=run_id))


def _tell_queue(run: Run) -> None:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    run_id = run.id
    after_commit(lambda: enqueue(app, "solve-run", run_id=run_id))


def _page(line: RunLine) -> dict[str, object]:
    run = line.run
    active = run.state in service.ACTIVE
    began = run.started_at
    gone = (datetime.now(UTC) - began).total_seconds() if began and active else float(run.seconds or 0.0)
    steps = run_progress(db.session, run)
    now = datetime.now(UTC)
    queued = run.state is RunState.QUEUED
    outcome = read_outcome(run.outcome)
    found = outcome is not None and outcome.findings
    names = names_of_outcome(db.session, line.round.event_id, outcome) if outcome and found else RunNames()
    return {
        "ended": outcome_said(outcome),
        "found": findings_said(outcome, names) if outcome else [],
        "waiting": waiting_said(a_worker_lives(db.session, now), another_runs(db.session, run))
        if queued
        else "",
        "silent": silent_for(run, now),
        "line": line,
        "run": run,
        "active": active,
        "gone": gone,
        "share": min(1.0, gone / run.time_limit),
        "left": max(0.0, run.time_limit - gone),
        "steps": steps,
        "chart": gap_chart(steps, steps[-1].seconds if steps and not active else gone),
        "weights": said_weights(run),
        "base": plan_name(db.session, run.base_plan) if run.base_plan else None,
        "may_change": may_change(run),
        "can_restart": run.state in (RunState.LOST, RunState.FAILED, RunState.CANCELLED),
        **WORDS,
    }
