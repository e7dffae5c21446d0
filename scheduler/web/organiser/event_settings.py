"""The event itself: its name, days and zone, and who organises it."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from scheduler.domain.enums import Role
from scheduler.errors import Conflict, Invalid, NotFound
from scheduler.extensions import db, limiter
from scheduler.models import User
from scheduler.queries.event.team import team_of
from scheduler.services.event import event_settings as service
from scheduler.services.event import team
from scheduler.services.event.events import days_from
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.event_forms import EventForm
from scheduler.web.form_fields import said
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.forms import TeamForm
from scheduler.web.organiser.permissions import is_full, require_full
from scheduler.web.organiser.replies import blame, organise

NAMES = {
    Role.ORGANISER: _l("Organiser"),
    Role.CO_ORGANISER: _l("Co-organiser"),
    Role.DESK: _l("Desk staff"),
    Role.SPONSOR: _l("Sponsor"),
}
TOLD = {
    Role.ORGANISER: _l("%(actor)s lets you organise %(event)s."),
    Role.CO_ORGANISER: _l("%(actor)s lets you bring people to %(event)s."),
    Role.DESK: _l("%(actor)s lets you look up people and their agendas at %(event)s, for the desk."),
    Role.SPONSOR: _l("%(actor)s lets you see the figures of %(event)s."),
}
"""What the mail says to whom a role is given."""


@blueprint.route("/event", methods=["GET", "POST"])
@access.organiser
def event_settings(event_slug: str) -> str | Response | tuple[str, int]:
    event, form = this_event(), EventForm()
    if request.method == "POST":
        require_full()
    form.offer(said(form, "timezone") if form.is_submitted() else event.timezone)
    if not form.is_submitted():
        form.show(event)
    if form.validate_on_submit():
        actor = require_full()
        try:
            changed = service.change_event(db.session, event, _change(form), actor)
        except Invalid as error:
            db.session.rollback()
            blame(form, error)
        else:
            flash(_("Saved.") if changed else _("Nothing was changed."), "good" if changed else "")
            return redirect(organise("event_settings"))
    page = render_template("organiser/event_settings.html", form=form, event=event, may_change=is_full())
    return (page, 422) if form.is_submitted() else page


def _change(form: EventForm) -> service.EventChange:
    return service.EventChange(
        name=said(form, "name"),
        timezone=said(form, "timezone"),
        days=days_from(form.first_day.data, form.last_day.data),
        city=said(form, "city"),
        venue=said(form, "venue"),
        description=said(form, "description"),
    )


@blueprint.get("/event/team")
@access.organiser
def event_team(event_slug: str) -> str:
    return _team(TeamForm())


@blueprint.post("/event/team")
@access.organiser
@limiter.limit("60 per hour")
def event_team_add(event_slug: str) -> Response | tuple[str, int]:
    actor, event, form = require_full(), this_event(), TeamForm()
    if form.validate_on_submit():
        try:
            role = Role(form.role.data)
            user = team.add_to_team(
                db.session,
                event,
                said(form, "email"),
                said(form, "name"),
                role,
                said(form, "organisation"),
                actor,
            )
            _tell(user, actor, role)
        except (Invalid, Conflict) as error:
            db.session.rollback()
            blame(form, Invalid(error.message, getattr(error, "field", "")))
        else:
            flash(_("%(name)s is told by mail.", name=user.name or user.email), "good")
            return redirect(organise("event_team"))
    return _team(form), 422


@blueprint.post("/event/team/<user_id>/<role>/remove")
@access.organiser
def event_team_remove(event_slug: str, user_id: str, role: str) -> Response:
    actor, event = require_full(), this_event()
    try:
        wanted = Role(role)
    except ValueError:
        raise NotFound(_("This person does not have this role at the event.")) from None
    user = team.take_from_team(db.session, event, user_id, wanted, actor)
    flash(_("%(name)s is not in the team as this any more.", name=user.name or user.email), "good")
    if user.id == actor.id:
        return redirect(url_for("account.event_home", event_slug=event.slug))
    return redirect(organise("event_team"))


def _tell(user: User, actor: User, role: Role) -> None:
    event = this_event()
    home = url_for("account.event_home", event_slug=event.slug)
    values = {
        "user": user,
        "actor": actor,
        "event": event,
        "sentence": str(TOLD[role]) % {"actor": actor.name or actor.email, "event": event.name},
        "address": current_app.config["BASE_URL"] + url_for("account.sign_in", next=home),
    }
    team.tell_team_member(
        db.session,
        event,
        user,
        _("You are in the team of %(event)s", event=event.name),
        render_template("mail/team.txt", **values),
        render_template("mail/team.html", **values),
    )


def _team(form: TeamForm) -> str:
    event = this_event()
    return render_template(
        "organiser/event_team.html",
        form=form,
        team=team_of(db.session, event.id),
        names=NAMES,
        may_change=is_full(),
    )
