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
from scheduler.queries.event.team import ScopeRow, scope_by_key, scope_choices, scope_kind, team_of
from scheduler.services.event import event_settings as service
from scheduler.services.event import team
from scheduler.services.event.events import days_from
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.event_forms import EventForm
from scheduler.web.form_fields import said
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.forms import PEOPLE, TeamForm
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
RESPONSIBLE = {
    "delegation": _l("%(actor)s makes you responsible for the delegation “%(about)s” at %(event)s."),
    "pavilion": _l("%(actor)s makes you responsible for the pavilion “%(about)s” at %(event)s."),
    "round": _l("%(actor)s makes you responsible for the round “%(about)s” at %(event)s."),
}
"""What it says to a co-organiser with such a scope."""
GROUPS = {"delegation": _l("Delegations"), "pavilion": _l("Pavilions"), "round": _l("Rounds")}


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
    return _team(_team_form())


def _team_form() -> TeamForm:
    form = TeamForm()
    choices = scope_choices(db.session, this_event().id)
    form.offer({str(GROUPS[kind]): rows for kind, rows in choices.items()})
    return form


@blueprint.post("/event/team")
@access.organiser
@limiter.limit("60 per hour")
def event_team_add(event_slug: str) -> Response | tuple[str, int]:
    actor, event, form = require_full(), this_event(), _team_form()
    if form.validate_on_submit():
        try:
            role, key = Role(form.role.data), said(form, "scope") or PEOPLE
            scope = scope_by_key(db.session, event.id, key)
            if scope is None and key != PEOPLE:
                raise Invalid(
                    _("This is no longer there. Choose again what they are responsible for."), "scope"
                )
            user = team.add_to_team(
                db.session,
                event,
                said(form, "email"),
                said(form, "name"),
                role,
                said(form, "organisation"),
                actor,
                scope,
            )
            _tell(user, actor, role, scope)
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
    scope = scope_by_key(db.session, event.id, request.form.get("scope", ""))
    user = team.take_from_team(db.session, event, user_id, wanted, actor, scope)
    flash(_("%(name)s is not in the team as this any more.", name=user.name or user.email), "good")
    if user.id == actor.id:
        return redirect(url_for("account.event_home", event_slug=event.slug))
    return redirect(organise("event_team"))


def _tell(user: User, actor: User, role: Role, scope: ScopeRow | None) -> None:
    event = this_event()
    sentence, about = TOLD[role], ""
    if scope is not None and role is Role.CO_ORGANISER:
        sentence, about = RESPONSIBLE.get(scope_kind(scope), sentence), scope.name
    home = url_for("account.event_home", event_slug=event.slug)
    values = {
        "user": user,
        "actor": actor,
        "event": event,
        "sentence": str(sentence) % {"actor": actor.name or actor.email, "event": event.name, "about": about},
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
