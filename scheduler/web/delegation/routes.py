"""A delegation's pages: the day, the members, the joint programme, the dossier."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from scheduler.domain.agenda import Agenda, EntryKind
from scheduler.domain.dayplan import plan_day
from scheduler.errors import Invalid
from scheduler.extensions import db
from scheduler.models import EventDay, ProgrammeSession
from scheduler.queries.calendars.agenda import agendas_of
from scheduler.queries.delegation.delegations import members_of, visits_of
from scheduler.queries.engagements import clashes_of
from scheduler.queries.venue.venue import pavilions_in_use
from scheduler.services.calendars import calendar_sync
from scheduler.services.delegation import joint_programme
from scheduler.web import access, access_rules
from scheduler.web.access import current, this_delegation, this_event
from scheduler.web.acting import also_on_behalf
from scheduler.web.delegation.forms import VisitForm
from scheduler.web.filters import day as day_text
from scheduler.web.labels.clashes import clashes_said

blueprint = Blueprint("delegation", __name__, url_prefix="/e/<event_slug>/delegation/<delegation_id>")


def may_change() -> bool:
    """The leader and the organisers change the joint programme."""
    return access.may_write(access_rules.DELEGATION_LEADER)


@blueprint.context_processor
def common() -> dict[str, object]:
    return {"delegation": current.delegation, "may_change": may_change() if current.delegation else False}


def event_days() -> list[EventDay]:
    return list(
        db.session.scalars(
            select(EventDay).where(EventDay.event_id == this_event().id).order_by(EventDay.date)
        )
    )


def chosen_day(days: list[date], agendas: Iterable[Agenda]) -> date:
    """The day in the address, else today when the event is on, else the first; an evening ends when all are done."""
    now = this_event().now()
    try:
        wanted = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        wanted = min((agenda.day_of(now) for agenda in agendas), default=days[0])
    return wanted if wanted in days else days[0]


@blueprint.get("/")
@access.delegation_member
def day(event_slug: str, delegation_id: str) -> str:
    event, delegation = this_event(), this_delegation()
    members = members_of(db.session, delegation)
    found = agendas_of(db.session, event, [member.id for member in members])
    days = event_days()
    dates = sorted({row.date for row in days} | {day for agenda in found.values() for day in agenda.days()})
    if not dates:
        return render_template("delegation/day.html", members=members, plan=None, days=[], dates=[])
    shown = chosen_day(dates, found.values())
    plan = plan_day(shown, [(member.id, member.name) for member in members], found)
    return render_template(
        "delegation/day.html",
        members=members,
        plan=plan,
        dates=dates,
        labels={row.date: row.label for row in days},
        now=event.now(),
    )


@blueprint.get("/members")
@access.delegation_member
def members(event_slug: str, delegation_id: str) -> str:
    event = this_event()
    people = members_of(db.session, this_delegation())
    found = agendas_of(db.session, event, [person.id for person in people])
    now = event.now()
    rows = []
    for person in people:
        entries = [entry for entry in found[person.id].entries if not entry.cancelled]
        meetings = [entry for entry in entries if entry.kind is EntryKind.MEETING]
        here, following = found[person.id].now_and_next(now)
        rows.append(
            {
                "person": person,
                "meetings": len(meetings),
                "joint": len(entries) - len(meetings),
                "walking": sum(entry.walk_minutes for entry in entries),
                "now": here,
                "next": following,
            }
        )
    return render_template("delegation/members.html", rows=rows)


@blueprint.get("/visits")
@access.delegation_member
def visits(event_slug: str, delegation_id: str) -> str:
    return render_template("delegation/visits.html", visits=visits_of(db.session, this_delegation()))


def visit_form() -> VisitForm:
    form = VisitForm()
    form.offer(
        [(row.date.isoformat(), f"{day_text(row.date)} · {row.label}") for row in event_days()],
        [(row.public_id, row.name) for row in pavilions_in_use(db.session, this_event().id)],
    )
    return form


def render_form(form: VisitForm, visit: ProgrammeSession | None, status: int = 200) -> tuple[str, int]:
    return render_template("delegation/visit.html", form=form, visit=visit), status


def say_clashes(visit: ProgrammeSession) -> None:
    """Name what members are at besides: nothing is moved behind anybody's back."""
    if clashes := clashes_of(db.session, visit):
        flash(clashes_said(clashes), "attention")


@blueprint.route("/visits/new", methods=["GET", "POST"])
@access.delegation_leader
@also_on_behalf("visit.add")
def visits_new(event_slug: str, delegation_id: str) -> tuple[str, int] | Response:
    return save_visit(visit_form(), None)


@blueprint.route("/visits/<visit_id>", methods=["GET", "POST"])
@access.delegation_leader
@also_on_behalf("visit.change")
def visits_edit(event_slug: str, delegation_id: str, visit_id: str) -> tuple[str, int] | Response:
    visit = joint_programme.visit_of(db.session, this_delegation(), visit_id)
    form = visit_form()
    if request.method == "GET":
        form.show(visit, this_event().zone)
    return save_visit(form, visit)


def save_visit(form: VisitForm, visit: ProgrammeSession | None) -> tuple[str, int] | Response:
    if not form.validate_on_submit():
        return render_form(form, visit, 422 if form.is_submitted() else 200)
    event, delegation, user = this_event(), this_delegation(), current.user
    assert user is not None
    try:
        details = form.details(event)
        if visit is None:
            visit = joint_programme.add_visit(db.session, delegation, details, user, event.now())
        else:
            visit = joint_programme.change_visit(
                db.session, delegation, visit.public_id, details, user, event.now()
            )
    except Invalid as error:
        form[error.field or "title"].errors = [error.message]
        return render_form(form, visit, 422)
    refresh_agendas()
    flash(_("“%(title)s” is in everybody's agenda.", title=visit.title), "good")
    say_clashes(visit)
    return redirect(url_for(".visits", event_slug=event.slug, delegation_id=delegation.public_id))


@blueprint.post("/visits/<visit_id>/remove")
@access.delegation_leader
@also_on_behalf("visit.remove")
def visits_remove(event_slug: str, delegation_id: str, visit_id: str) -> Response:
    assert current.user is not None
    title = joint_programme.remove_visit(
        db.session, this_delegation(), visit_id, current.user, this_event().now()
    )
    refresh_agendas()
    flash(_("“%(title)s” is removed from everybody's agenda.", title=title), "good")
    return redirect(url_for(".visits", event_slug=event_slug, delegation_id=delegation_id))


def refresh_agendas() -> None:
    members_now = [member.id for member in members_of(db.session, this_delegation())]
    calendar_sync.refresh(db.session, this_event(), members_now)


@blueprint.get("/dossier")
@access.delegation_member
def dossier(event_slug: str, delegation_id: str) -> str:
    event = this_event()
    people = members_of(db.session, this_delegation())
    found = agendas_of(db.session, event, [person.id for person in people])
    dates = sorted({day for agenda in found.values() for day in agenda.days()})
    plans = [plan_day(day, [(person.id, person.name) for person in people], found) for day in dates]
    partners: dict[str, set[str]] = {}
    for person in people:
        for entry in found[person.id].entries:
            if entry.kind is EntryKind.MEETING and not entry.cancelled:
                for partner in entry.partners:
                    partners.setdefault(partner.label, set()).add(person.name)
    return render_template(
        "delegation/dossier.html", people=people, plans=plans, partners=sorted(partners.items())
    )
