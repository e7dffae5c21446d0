"""Delegations as the organiser keeps them, and the log of everything that was done."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from scheduler.errors import Conflict, Invalid
from scheduler.extensions import db
from scheduler.models import Delegation, Participant
from scheduler.queries.delegation.delegations import members_of, visits_of
from scheduler.queries.engagements import clashes_with_visits
from scheduler.queries.event.log import delegation_lines, log_page
from scheduler.services.delegation import members as service
from scheduler.web import access
from scheduler.web.access import this_delegation, this_event
from scheduler.web.labels.clashes import clashes_said
from scheduler.web.labels.log import facts_of
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.forms import DelegationForm, MemberForm
from scheduler.web.organiser.permissions import is_full, may_change, require_change, require_full
from scheduler.web.organiser.replies import blame, organise, page_address, page_number


@blueprint.get("/delegations/")
@access.organiser
def delegations(event_slug: str) -> str:
    return render_template(
        "organiser/delegations.html",
        lines=delegation_lines(db.session, this_event().id),
        may_change=is_full(),
    )


@blueprint.get("/delegations/<delegation_id>/")
@access.organiser
def delegations_show(event_slug: str, delegation_id: str) -> str:
    return _page(this_delegation(), MemberForm())


@blueprint.route("/delegations/new", methods=["GET", "POST"])
@access.organiser
def delegations_new(event_slug: str) -> str | Response | tuple[str, int]:
    return _edit(None)


@blueprint.route("/delegations/<delegation_id>/edit", methods=["GET", "POST"])
@access.co_organiser
def delegations_edit(event_slug: str, delegation_id: str) -> str | Response | tuple[str, int]:
    return _edit(this_delegation())


@blueprint.post("/delegations/<delegation_id>/members")
@access.co_organiser
def delegations_join(event_slug: str, delegation_id: str) -> str | Response | tuple[str, int]:
    found, form = this_delegation(), MemberForm()
    actor = require_change(found)
    if form.validate_on_submit():
        try:
            person = service.add_member(db.session, this_event(), found, form.who.data or "", actor)
        except (Invalid, Conflict) as error:
            form.who.errors = [error.message]
        else:
            flash(_("%(name)s travels along.", name=person.name), "good")
            _say_clashes(found, person)
            return redirect(organise("delegations_show", delegation_id=found.public_id))
    return _page(found, form), 422


def _say_clashes(delegation: Delegation, person: Participant) -> None:
    """Name what somebody who joins is at while the others are somewhere together: nothing is moved for it."""
    if clashes := clashes_with_visits(db.session, person, delegation.id, this_event().now()):
        flash(clashes_said(clashes), "attention")


@blueprint.post("/delegations/<delegation_id>/members/<person_id>/remove")
@access.co_organiser
def delegations_leave(event_slug: str, delegation_id: str, person_id: str) -> Response:
    found = this_delegation()
    actor = require_change(found)
    person = service.remove_member(db.session, this_event(), found, person_id, actor)
    flash(_("%(name)s no longer travels along.", name=person.name), "good")
    return redirect(organise("delegations_show", delegation_id=found.public_id))


@blueprint.get("/log/")
@access.organiser
def log(event_slug: str) -> str:
    noun = request.args.get("about", "")[:20]
    return render_template(
        "organiser/log.html",
        may_export=is_full(),
        facts_of=facts_of,
        page=log_page(db.session, this_event().id, page_number(), noun),
        noun=noun,
        nouns=[
            ("person", _("People")),
            ("round", _("Rounds")),
            ("run", _("Runs")),
            ("plan", _("Plans")),
            ("meeting", _("Meetings")),
            ("session", _("Sessions")),
            ("delegation", _("Delegations")),
            ("place", _("Places")),
        ],
        address_of=page_address(),
    )


def _edit(found: Delegation | None) -> str | Response | tuple[str, int]:
    actor = require_change(found) if found is not None else require_full()
    form = DelegationForm(obj=found)
    if found is not None and not form.is_submitted():
        form.leader.data = found.leader.email
    if form.validate_on_submit():
        known = found.leader_id if found is not None else None
        try:
            saved = service.save_delegation(
                db.session,
                this_event(),
                found,
                name=form.name.data or "",
                country=form.country.data or "",
                note=form.note.data or "",
                leader=form.leader.data or "",
                actor=actor,
            )
        except Invalid as error:
            db.session.rollback()
            blame(form, error)
        else:
            flash(_("Saved."), "good")
            if known != saved.leader_id:
                _say_clashes(saved, saved.leader)
            return redirect(organise("delegations_show", delegation_id=saved.public_id))
    page = render_template("organiser/delegation_form.html", form=form, found=found)
    return (page, 422) if form.is_submitted() else page


def _page(found: Delegation, form: MemberForm) -> str:
    return render_template(
        "organiser/delegation.html",
        found=found,
        members=members_of(db.session, found),
        visits=visits_of(db.session, found),
        form=form,
        may_change=may_change(found),
    )
