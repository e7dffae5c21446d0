"""The programme: sessions by day, who attends them."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice

from scheduler.domain.enums import SessionKind, SessionRole
from scheduler.errors import Conflict, Invalid, NotFound
from scheduler.extensions import db
from scheduler.models import ProgrammeSession
from scheduler.queries.engagements import clashes_of
from scheduler.queries.event.programme import (
    attendance,
    attendees_of,
    event_days,
    session_by_public_id,
)
from scheduler.queries.event.sign_up import (
    audience_of,
    invitations_to,
    seat_counts,
    seats_of,
    waiting_for,
)
from scheduler.queries.rounds.rounds import type_names
from scheduler.queries.venue.venue import pavilions_in_use
from scheduler.services.event import programme as service
from scheduler.services.event.clock_times import span_of
from scheduler.services.event.sign_up import INVITED, MUST, put_type_in_session
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.filters import day as day_text
from scheduler.web.halls.picture import picture_of
from scheduler.web.labels.clashes import clashes_said
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.forms import AttendeeForm, AttendingTypeForm, SessionForm
from scheduler.web.organiser.permissions import is_full, require_full
from scheduler.web.organiser.programme_filter import sessions_asked_for
from scheduler.web.organiser.replies import blame, organise


@blueprint.get("/programme/")
@access.organiser
def programme(event_slug: str) -> str:
    return render_template(
        "organiser/programme.html",
        view=sessions_asked_for(),
        seats=seat_counts(db.session, this_event().id),
        may_change=is_full(),
    )


@blueprint.route("/programme/sessions/new", methods=["GET", "POST"])
@access.organiser
def programme_new(event_slug: str) -> str | Response | tuple[str, int]:
    return _edit(None)


@blueprint.get("/programme/sessions/<session_id>/")
@access.organiser
def programme_show(event_slug: str, session_id: str) -> str:
    return _page(_session(session_id), _attendee_form())


@blueprint.route("/programme/sessions/<session_id>/edit", methods=["GET", "POST"])
@access.organiser
def programme_edit(event_slug: str, session_id: str) -> str | Response | tuple[str, int]:
    return _edit(_session(session_id))


@blueprint.post("/programme/sessions/<session_id>/remove")
@access.organiser
def programme_remove(event_slug: str, session_id: str) -> Response:
    actor = require_full()
    found = _session(session_id)
    count = service.remove_session(db.session, this_event(), found, actor)
    flash(
        ngettext(
            "“%(title)s” is removed from one agenda.",
            "“%(title)s” is removed from %(num)d agendas.",
            count,
            title=found.title,
        ),
        "good",
    )
    return redirect(organise("programme"))


@blueprint.post("/programme/sessions/<session_id>/attendees")
@access.organiser
def programme_attend(event_slug: str, session_id: str) -> str | Response | tuple[str, int]:
    actor = require_full()
    found, form, elsewhere = _session(session_id), _attendee_form(), False
    if form.validate_on_submit():
        who, how = form.who.data or "", form.role.data
        try:
            if how == INVITED:
                person = service.invite_by_name(db.session, this_event(), found, who, actor)
                words = _("%(name)s is invited.", name=person.name)
            else:
                person = service.put_in_session(
                    db.session,
                    this_event(),
                    found,
                    who,
                    SessionRole.ATTENDEE if how == MUST else SessionRole(how),
                    actor,
                    anyway=bool(form.anyway.data),
                    required=how == MUST,
                )
                words = _("%(name)s attends.", name=person.name)
        except (Invalid, Conflict) as error:
            form.who.errors = [error.message]
            elsewhere = isinstance(error, service.Elsewhere | service.Full)
        else:
            flash(words, "good")
            return redirect(organise("programme_show", session_id=found.public_id))
    return _page(found, form, elsewhere=elsewhere), 422


@blueprint.post("/programme/sessions/<session_id>/attendees/types")
@access.organiser
def programme_attend_type(event_slug: str, session_id: str) -> Response:
    actor = require_full()
    event, found, form = this_event(), _session(session_id), _type_form()
    service.check_not_over(found, event.now())
    if not form.validate_on_submit():
        raise Invalid(_("Choose a type of this event."))
    count, elsewhere = put_type_in_session(db.session, event, found, form.type.data, form.how.data, actor)
    if form.how.data == INVITED:
        flash(ngettext("One person is invited.", "%(num)d people are invited.", count), "good")
    else:
        flash(ngettext("One person attends.", "%(num)d people attend.", count), "good")
    if elsewhere:
        flash(
            ngettext(
                "One is elsewhere then and was left out: %(names)s",
                "%(num)d are elsewhere then and were left out: %(names)s",
                len(elsewhere),
                names=", ".join(elsewhere[:20]) + (" …" if len(elsewhere) > 20 else ""),
            ),
            "attention",
        )
    return redirect(organise("programme_show", session_id=found.public_id))


@blueprint.post("/programme/sessions/<session_id>/attendees/<person_id>/remove")
@access.organiser
def programme_leave(event_slug: str, session_id: str, person_id: str) -> Response:
    actor = require_full()
    found = _session(session_id)
    person = service.take_out_of_session(db.session, this_event(), found, person_id, actor)
    flash(_("%(name)s no longer attends.", name=person.name), "good")
    return redirect(organise("programme_show", session_id=found.public_id))


def _edit(found: ProgrammeSession | None) -> str | Response | tuple[str, int]:
    actor = require_full()
    event = this_event()
    form = SessionForm()
    _offer(form)
    if request.method == "GET" and found is not None:
        _show(form, found)
    if form.validate_on_submit():
        try:
            saved = service.save_session(db.session, event, found, _entry(form), actor)
        except Invalid as error:
            db.session.rollback()
            blame(form, error)
        else:
            flash(_("“%(title)s” is saved. Agendas follow.", title=saved.title), "good")
            taken = seats_of(db.session, saved).taken
            if saved.capacity is not None and taken > saved.capacity:
                flash(
                    _(
                        "%(taken)s attend, and there are %(n)s seats. Nobody was taken out.",
                        taken=taken,
                        n=saved.capacity,
                    ),
                    "attention",
                )
            if clashes := clashes_of(db.session, saved):
                flash(clashes_said(clashes), "attention")
            return redirect(organise("programme_show", session_id=saved.public_id))
    page = render_template("organiser/session_form.html", form=form, found=found)
    return (page, 422) if form.is_submitted() else page


def _offer(form: SessionForm) -> None:
    event = this_event()
    kinds = {
        SessionKind.KEYNOTE: _("Keynote"),
        SessionKind.SEMINAR: _("Seminar"),
        SessionKind.WORKSHOP: _("Workshop"),
        SessionKind.NETWORKING: _("Networking"),
        SessionKind.PARTNER_MEETING: _("Partner meeting"),
        SessionKind.VISIT: _("Visit"),
    }
    form.kind.choices = [SelectChoice(kind.value, label) for kind, label in kinds.items()]
    form.day.choices = [
        SelectChoice(row.date.isoformat(), f"{day_text(row.date)} · {row.label}")
        for row in event_days(db.session, event.id)
    ]
    form.audience.choices = [
        SelectChoice(code, name) for code, name in type_names(db.session, event.id).items()
    ]
    form.pavilion.choices = [
        SelectChoice("", _("Somewhere else")),
        *(SelectChoice(row.public_id, row.name) for row in pavilions_in_use(db.session, event.id)),
    ]


def _show(form: SessionForm, found: ProgrammeSession) -> None:
    zone = this_event().zone
    start, end = found.starts_at.astimezone(zone), found.ends_at.astimezone(zone)
    form.title.data, form.kind.data = found.title, found.kind.value
    form.day.data = start.date().isoformat()
    form.starts.data, form.ends.data = start.time(), end.time()
    form.pavilion.data = found.pavilion.public_id if found.pavilion else ""
    form.room.data, form.host.data, form.description.data = found.room, found.host, found.description
    form.speakers.data, form.track.data = found.speakers, found.track
    form.language.data, form.link.data = found.language, found.link
    form.capacity.data, form.by_invitation.data = found.capacity, found.by_invitation
    form.audience.data = list(audience_of(db.session, found))


def _entry(form: SessionForm) -> service.SessionEntry:
    starts_at, ends_at = span_of(
        this_event(), date.fromisoformat(form.day.data), form.starts.data, form.ends.data
    )
    return service.SessionEntry(
        title=form.title.data or "",
        kind=SessionKind(form.kind.data),
        starts_at=starts_at,
        ends_at=ends_at,
        pavilion=form.pavilion.data or "",
        room=form.room.data or "",
        host=form.host.data or "",
        description=form.description.data or "",
        speakers=form.speakers.data or "",
        track=form.track.data or "",
        language=form.language.data or "",
        link=form.link.data or "",
        capacity=form.capacity.data,
        by_invitation=bool(form.by_invitation.data),
        audience=tuple(form.audience.data or ()),
    )


def _page(found: ProgrammeSession, form: AttendeeForm, *, elsewhere: bool = False) -> str:
    return render_template(
        "organiser/session.html",
        found=found,
        attendees=attendees_of(db.session, found),
        count=attendance(db.session, found),
        form=form,
        type_form=_type_form(),
        elsewhere=elsewhere,
        seats=seats_of(db.session, found),
        audience=audience_of(db.session, found),
        waiting=waiting_for(db.session, found),
        invited=invitations_to(db.session, found),
        plan=picture_of(found.pavilion.name) if found.pavilion is not None else None,
        may_change=is_full(),
    )


def _attendee_form() -> AttendeeForm:
    form = AttendeeForm()
    form.role.choices = [
        SelectChoice("attendee", _("Attendee")),
        SelectChoice(MUST, _("Attendee who must come")),
        SelectChoice(INVITED, _("Invited: decides themselves")),
        SelectChoice("speaker", _("Speaker")),
        SelectChoice("host", _("Host")),
    ]
    return form


def _type_form() -> AttendingTypeForm:
    form = AttendingTypeForm()
    names = type_names(db.session, this_event().id)
    form.type.choices = [SelectChoice(code, name) for code, name in names.items()]
    form.how.choices = [SelectChoice(INVITED, _("Invited")), SelectChoice(MUST, _("Attendees who must come"))]
    return form


def _session(public_id: str) -> ProgrammeSession:
    found = session_by_public_id(db.session, this_event().id, public_id)
    if found is None:
        raise NotFound(_("There is no such session at this event."))
    return found
