"""Matchmaking rounds: their rules, their state, what they have collected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice

from scheduler.domain.enums import RequestMode, RequestState, RoundState
from scheduler.domain.round_rules import LIMITS, TypeRules
from scheduler.errors import Invalid
from scheduler.extensions import db
from scheduler.models import MatchmakingRound
from scheduler.queries.event.overview import (
    holders_of,
    round_standings,
    silent_people,
    waiting_people,
    waiting_senders,
)
from scheduler.queries.event.programme import block_lines
from scheduler.queries.requests.counting import unanswered
from scheduler.queries.rounds.rounds import (
    collected,
    matrix,
    most_meetings,
    type_names,
    type_rules,
)
from scheduler.services.rounds import rounds as service
from scheduler.services.rounds.closing import count_ended
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.filters import day as day_text
from scheduler.web.filters import number, span
from scheduler.web.labels.matrix import rules_said
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.named import round_named
from scheduler.web.organiser.overview import steps
from scheduler.web.organiser.permissions import is_full, may_change, require_change, require_full
from scheduler.web.organiser.replies import blame, organise
from scheduler.web.organiser.round_form import FIGURES, RoundForm, cell_name, rules_entered

HOLDERS = 40
"""How many of those who have requests to answer are named."""


@blueprint.get("/rounds/")
@access.organiser
def rounds(event_slug: str) -> str:
    event = this_event()
    return render_template(
        "organiser/rounds.html",
        standing={"rounds": round_standings(db.session, event.id)},
        matrix=matrix(db.session, event.id),
        rules_of=rules_said,
        may_change=is_full(),
    )


@blueprint.get("/rounds/<round_id>/")
@access.organiser
def rounds_show(event_slug: str, round_id: str) -> str:
    event, found = this_event(), round_named(round_id)
    standing = round_standings(db.session, event.id, found.id)[0]
    waiting = standing.of(RequestState.OPEN)
    return render_template(
        "organiser/round.html",
        standing=standing,
        round=found,
        steps=steps(standing),
        collected=collected(db.session, found.id, standing.levels),
        most=most_meetings(db.session, found.id),
        silent=silent_people(db.session, event.id, found.id),
        holders=waiting_people(db.session, found.id),
        rules=type_rules(db.session, found.id),
        figures=FIGURES,
        limits=LIMITS,
        half_day=f"{found.half_day_at // 60:02}:{found.half_day_at % 60:02}",
        types=type_names(db.session, event.id),
        late=found.closes_at <= event.now(),
        may_run=found.state is RoundState.CLOSED and not (standing.published or standing.running),
        silence=unanswered(db.session, [found], {found.id: waiting})[found.id],
        would_wait=count_ended(db.session, found) if found.state is RoundState.CLOSED else 0,
        may_change=may_change(found),
    )


@blueprint.route("/rounds/new", methods=["GET", "POST"])
@access.organiser
def rounds_new(event_slug: str) -> str | Response | tuple[str, int]:
    return _edit(None)


@blueprint.route("/rounds/<round_id>/edit", methods=["GET", "POST"])
@access.co_organiser
def rounds_edit(event_slug: str, round_id: str) -> str | Response | tuple[str, int]:
    return _edit(round_named(round_id))


@blueprint.get("/rounds/<round_id>/close")
@access.co_organiser
def rounds_close_ask(event_slug: str, round_id: str) -> str:
    """What closing the round would end, and for whom, before it is closed."""
    event, found = this_event(), round_named(round_id)
    require_change(found)
    standing = round_standings(db.session, event.id, found.id)[0]
    waiting = standing.of(RequestState.OPEN)
    return render_template(
        "organiser/round_close.html",
        round=found,
        waiting=waiting,
        silence=unanswered(db.session, [found], {found.id: waiting})[found.id],
        people=waiting_people(db.session, found.id),
        senders=waiting_senders(db.session, found.id),
        holders=holders_of(db.session, found.id, HOLDERS),
    )


@blueprint.post("/rounds/<round_id>/close")
@access.co_organiser
def rounds_close(event_slug: str, round_id: str) -> Response:
    found = round_named(round_id)
    actor = require_change(found)
    expired = service.close_round(db.session, this_event(), found, actor)
    text = _("“%(name)s” is closed. Next: start a run, below.", name=found.name)
    if expired:
        text += " " + ngettext(
            "%(n)s request had no answer and expired; opening the round again undoes that.",
            "%(n)s requests had no answer and expired; opening the round again undoes that.",
            expired,
            n=number(expired),
        )
    flash(text, "good")
    return redirect(organise("rounds_show", round_id=found.public_id))


def _edit(found: MatchmakingRound | None) -> str | Response | tuple[str, int]:
    actor = require_change(found) if found is not None else require_full()
    event = this_event()
    types = type_names(db.session, event.id)
    rules = type_rules(db.session, found.id) if found else {}
    form = _form(found)
    if form.validate_on_submit():
        try:
            rules = rules_entered(types, request.form)
            saved = service.save_round(db.session, event, found, _entry(form, rules), actor)
        except Invalid as error:
            db.session.rollback()
            blame(form, error)
        else:
            flash(_("“%(name)s” is saved.", name=saved.name), "good")
            return redirect(organise("rounds_show", round_id=saved.public_id))
    page = render_template(
        "organiser/round_form.html",
        form=form,
        found=found,
        types=types,
        rules=rules,
        figures=FIGURES,
        cell_name=cell_name,
        entered=request.form,
    )
    return (page, 422) if form.is_submitted() else page


def _form(found: MatchmakingRound | None) -> RoundForm:
    event = this_event()
    form = RoundForm()
    form.request_mode.choices = [
        SelectChoice("opt-in", _("Once the asked person accepts it")),
        SelectChoice("opt-out", _("Unless the asked person declines it")),
    ]
    form.blocks.choices = [
        SelectChoice(
            line.block.public_id,
            _(
                "%(name)s: %(day)s, %(span)s, %(n)d slots of %(minutes)d min",
                name=line.block.name,
                day=day_text(line.block.day),
                span=span(line.block.starts_at, line.block.ends_at),
                n=len(line.block.slots),
                minutes=line.block.slot_minutes,
            ),
        )
        for line in block_lines(db.session, event.id)
    ]
    if form.is_submitted():
        return form
    now = event.now().astimezone(event.zone).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    if found is None:
        form.opens_at.data, form.closes_at.data = now, now + timedelta(days=14)
        form.blocks.data = [choice.value for choice in form.blocks.choices]
        return form
    form.name.data = found.name
    form.opens_at.data = found.opens_at.astimezone(event.zone).replace(tzinfo=None)
    form.closes_at.data = found.closes_at.astimezone(event.zone).replace(tzinfo=None)
    form.request_mode.data = found.request_mode.value
    form.request_cap.data = found.request_cap
    form.answer_days.data = found.answer_days or None
    form.guarantee.data = found.guarantee
    form.show_limits(found)
    form.blocks.data = [block.public_id for block in found.blocks]
    return form


def _entry(form: RoundForm, rules: dict[str, TypeRules]) -> service.RoundEntry:
    def instant(local: datetime) -> datetime:
        return local.replace(tzinfo=this_event().zone).astimezone(UTC)

    return service.RoundEntry(
        name=form.name.data or "",
        opens_at=instant(form.opens_at.data),
        closes_at=instant(form.closes_at.data),
        request_mode=RequestMode(form.request_mode.data),
        request_cap=form.request_cap.data or 0,
        guarantee=form.guarantee.data or 0,
        blocks=form.blocks.data or [],
        answer_days=form.answer_days.data or 0,
        limits=form.limits(),
        half_day_at=form.half_day_at.data.hour * 60 + form.half_day_at.data.minute,
        by_type=rules,
    )
