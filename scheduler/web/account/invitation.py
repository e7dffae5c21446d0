"""What an invitation's link leads to: coming in, asking for a fresh link, or saying that one can't come."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from scheduler.errors import Conflict, NotFound
from scheduler.extensions import db, limiter
from scheduler.models import EventDay
from scheduler.rate_limits import network
from scheduler.services.people import invitation_keys
from scheduler.services.people.invitation_keys import InvitationState, Invited, user_of
from scheduler.services.people.taking_part import take_part
from scheduler.services.people.withdrawal import withdraw_person
from scheduler.web import access
from scheduler.web.account.limits import FROM_NETWORK, TO_ADDRESS
from scheduler.web.account.routes import blueprint, enter, mail_link

__all__ = ["blueprint"]


def _person() -> str:
    """Whose mailbox the fresh links go to."""
    return str((request.view_args or {}).get("person_id", ""))


@blueprint.get("/invitation/<person_id>/<key>")
@access.public
def invitation(person_id: str, key: str) -> str:
    # Mail scanners open links: only the buttons of this page do anything.
    found = _found(person_id, key)
    days = db.session.scalars(
        select(EventDay.date).where(EventDay.event_id == found.event.id).order_by(EventDay.date)
    ).all()
    return render_template("account/invitation.html", found=found, key=key, days=days)


@blueprint.post("/invitation/<person_id>/<key>")
@access.public
@limiter.limit(TO_ADDRESS, key_func=_person)
@limiter.limit(FROM_NETWORK, key_func=network)
def invitation_come_in(person_id: str, key: str) -> Response | str:
    """Come in: others see one from now on. A link that was used before mails a fresh one instead."""
    found, now = _found(person_id, key), datetime.now(UTC)
    if found.standing is InvitationState.OVER or found.event.closed:
        raise Conflict(_("This invitation is over."))
    user = user_of(db.session, found.person, now)
    goal = url_for("participant.now", event_slug=found.event.slug)
    if found.standing is InvitationState.SENDS:
        mail_link(user, goal, now)
        return render_template("account/link_sent.html", address=user.email)
    take_part(db.session, found.event, found.person, user)
    user.last_sign_in_at = now
    enter(user, now)
    return redirect(goal)


@blueprint.post("/invitation/<person_id>/<key>/decline")
@access.public
@limiter.limit(FROM_NETWORK, key_func=network)
def invitation_decline(person_id: str, key: str) -> Response:
    """Say that one can't come. Only before coming in: later it takes a sign-in."""
    found, now = _found(person_id, key), datetime.now(UTC)
    if (
        found.person.came_in_at is not None
        or found.standing is InvitationState.OVER
        or found.event.closed
        or request.form.get("sure") != "1"
    ):
        raise Conflict(_("Sign in to say that you can't come."))
    withdraw_person(db.session, found.event, found.person, user_of(db.session, found.person, now))
    flash(_("The organiser knows that you can't come. You get no more mails from this event."), "good")
    return redirect(url_for("account.home"))


def _found(person_id: str, key: str) -> Invited:
    found = invitation_keys.invited(db.session, current_app.config["SECRET_KEY"], person_id, key)
    if found is None:
        raise NotFound(
            _("This invitation's link is incomplete, or of an older address. Open it from your newest mail.")
        )
    return found
