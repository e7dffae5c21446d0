"""Making an event in the web. Whoever organises one may make another; the command line makes the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from scheduler.domain.enums import Role
from scheduler.errors import Invalid, NotAllowed
from scheduler.extensions import db, limiter
from scheduler.models import Event, User
from scheduler.queries.event.team import organised_fully
from scheduler.services.event import events as service
from scheduler.services.event.copies import Parts, fill_from_event
from scheduler.services.event.templates import TEMPLATES, fill_from_template
from scheduler.web import access
from scheduler.web.access import current
from scheduler.web.account.rights import may_create
from scheduler.web.account.routes import blueprint
from scheduler.web.event_forms import COPY, NewEventForm
from scheduler.web.form_fields import blame, said

EDITIONS_OFFERED = 8
"""The latest of somebody's events that a new one may be like."""


@blueprint.route("/events/new", methods=["GET", "POST"])
@access.signed_in
@limiter.limit("30 per hour", methods=("POST",))
def new_event() -> str | Response | tuple[str, int]:
    user = current.user
    if user is None or not may_create(user):
        raise NotAllowed(
            _("Who organises an event here may make another one. Ask who runs this installation.")
        )
    form = NewEventForm()
    editions = organised_fully(db.session, user.id)
    known = [event.timezone for event in editions]
    form.offer(said(form, "timezone") or (known[0] if known else "Europe/Madrid"))
    form.offer_starts(editions[:EDITIONS_OFFERED])
    if form.validate_on_submit():
        try:
            event = _make(form, editions, user)
        except Invalid as error:
            db.session.rollback()
            if not blame(form, error):
                form.form_errors.append(error.message)
        else:
            flash(_("“%(name)s” is made. Below stands what it needs next.", name=event.name), "good")
            return redirect(url_for("organiser.overview", event_slug=event.slug))
    page = render_template("account/new_event.html", form=form, can_copy=bool(editions))
    return (page, 422) if form.is_submitted() else page


def _make(form: NewEventForm, editions: Sequence[Event], user: User) -> Event:
    """The event, with what it starts from. Raises Invalid."""
    start = said(form, "start", 80)
    source = next((event for event in editions if start == COPY + event.slug), None)
    if start and source is None and start not in TEMPLATES:
        raise Invalid(_("What you chose to start from is not there any more. Choose again."), "start")
    details = _details(form)
    if source is not None:
        details = replace(details, types={}, topics=False)
    elif start:
        template = TEMPLATES[start]
        types = {code: str(name) for code, name in template.types.items()}
        details = replace(details, types=types, matrix=template.matrix)
    event = service.create_event(db.session, details, user)
    service.add_organiser(db.session, event, user.email, user.name, Role.ORGANISER, user)
    if source is not None:
        _copy(form, event, source, user)
    elif start:
        fill_from_template(db.session, event, start, user)
    return event


def _copy(form: NewEventForm, event: Event, source: Event, user: User) -> None:
    parts = Parts(programme=bool(form.programme.data), people=bool(form.people.data))
    copied = fill_from_event(db.session, event, source, parts, user)
    flash(
        _(
            "Copied from “%(name)s”: %(pavilions)s pavilions, %(blocks)s meeting blocks, %(sessions)s sessions,"
            " %(people)s people.",
            name=source.name,
            pavilions=copied.pavilions,
            blocks=copied.blocks,
            sessions=copied.sessions,
            people=copied.people,
        ),
        "good",
    )
    if copied.left:
        flash(
            ngettext(
                "One block or session lies on a day that the new edition does not have, and was left out.",
                "%(num)d blocks and sessions lie on days that the new edition does not have, and were left out.",
                copied.left,
            )
        )


def _details(form: NewEventForm) -> service.EventDetails:
    name = said(form, "name").strip()
    return service.EventDetails(
        slug=said(form, "slug").strip() or service.short_name(name),
        name=name,
        timezone=said(form, "timezone"),
        days=service.days_from(form.first_day.data, form.last_day.data),
        city=said(form, "city").strip(),
        venue=said(form, "venue").strip(),
        description=said(form, "description").strip(),
        topics=bool(form.topics.data),
    )
