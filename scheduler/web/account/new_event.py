"""Making an event in the web. Whoever organises one may make another; the command line makes the first."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from scheduler.domain.enums import Role
from scheduler.errors import Invalid, NotAllowed
from scheduler.extensions import db, limiter
from scheduler.queries.accounts import events_of
from scheduler.services.event import events as service
from scheduler.web import access
from scheduler.web.access import current
from scheduler.web.account.rights import may_create
from scheduler.web.account.routes import blueprint
from scheduler.web.event_forms import NewEventForm
from scheduler.web.form_fields import blame, said


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
    known = [row.event.timezone for row in events_of(db.session, user) if row.organises]
    form.offer(said(form, "timezone") or (known[0] if known else "Europe/Madrid"))
    if form.validate_on_submit():
        try:
            event = service.create_event(db.session, _details(form), user)
            service.add_organiser(db.session, event, user.email, user.name, Role.ORGANISER, user)
        except Invalid as error:
            db.session.rollback()
            if not blame(form, error):
                form.form_errors.append(error.message)
        else:
            flash(_("“%(name)s” is made. Below stands what it needs next.", name=event.name), "good")
            return redirect(url_for("organiser.overview", event_slug=event.slug))
    page = render_template("account/new_event.html", form=form)
    return (page, 422) if form.is_submitted() else page


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
