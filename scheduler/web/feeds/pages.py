"""The pages that make, show once, replace and revoke the secret addresses."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from scheduler.extensions import db, limiter
from scheduler.models import Delegation, Participant, User
from scheduler.services.calendars.feeds import create_feed, feeds_of, replace_feed, revoke_feed
from scheduler.web import access, access_rules
from scheduler.web.access import current
from scheduler.web.acting import private
from scheduler.web.feeds.addresses import subscription
from scheduler.web.feeds.blueprint import blueprint
from scheduler.web.feeds.forms import FeedForm

Page = str | tuple[str, int] | Response


@blueprint.get("/e/<event_slug>/me/calendar")
@access.participant
@private
def mine(event_slug: str) -> Page:
    """The participant's own subscriptions."""
    return _page(access.this_participant(), FeedForm())


@blueprint.post("/e/<event_slug>/me/calendar")
@limiter.limit("20 per hour")
@access.participant
def mine_new(event_slug: str) -> Page:
    return _created(access.this_participant())


@blueprint.post("/e/<event_slug>/me/calendar/<feed_id>/replace")
@limiter.limit("20 per hour")
@access.participant
def mine_replace(event_slug: str, feed_id: str) -> Page:
    return _replaced(access.this_participant(), feed_id)


@blueprint.post("/e/<event_slug>/me/calendar/<feed_id>/revoke")
@access.participant
def mine_revoke(event_slug: str, feed_id: str) -> Page:
    return _revoked(access.this_participant(), feed_id, url_for("feeds.mine", event_slug=event_slug))


@blueprint.get("/e/<event_slug>/delegation/<delegation_id>/calendar")
@access.delegation_member
@private
def joint(event_slug: str, delegation_id: str) -> Page:
    """The subscriptions of a delegation."""
    return _page(access.this_delegation(), FeedForm())


@blueprint.post("/e/<event_slug>/delegation/<delegation_id>/calendar")
@limiter.limit("20 per hour")
@access.delegation_own
def joint_new(event_slug: str, delegation_id: str) -> Page:
    return _created(access.this_delegation())


@blueprint.post("/e/<event_slug>/delegation/<delegation_id>/calendar/<feed_id>/replace")
@limiter.limit("20 per hour")
@access.delegation_own
def joint_replace(event_slug: str, delegation_id: str, feed_id: str) -> Page:
    return _replaced(access.this_delegation(), feed_id)


@blueprint.post("/e/<event_slug>/delegation/<delegation_id>/calendar/<feed_id>/revoke")
@access.delegation_own
def joint_revoke(event_slug: str, delegation_id: str, feed_id: str) -> Page:
    goal = url_for("feeds.joint", event_slug=event_slug, delegation_id=delegation_id)
    return _revoked(access.this_delegation(), feed_id, goal)


def _only_of(subject: Participant | Delegation) -> User | None:
    """Members of a delegation see and end the feeds that they made; leader and organisers, all."""
    if isinstance(subject, Delegation) and not access.may_write(access_rules.DELEGATION_LEADER):
        return current.user
    return None


def _page(subject: Participant | Delegation, form: FeedForm, token: str = "", status: int = 200) -> Page:
    event = access.this_event()
    values = {"event_slug": event.slug}
    area = "mine"
    current.extra["area"] = "participant"
    if isinstance(subject, Delegation):
        current.extra["area"] = "delegation"
        values["delegation_id"] = subject.public_id
        area = "joint"
    page = render_template(
        "feeds/subscription.html",
        feeds=feeds_of(db.session, subject, _only_of(subject)),
        makers=isinstance(subject, Delegation) and _only_of(subject) is None,
        may_make=not isinstance(subject, Delegation) or access.may_write(access_rules.DELEGATION_OWN),
        form=form,
        addresses=subscription(token, form.options(), f"{event.name} - {subject.name}") if token else None,
        subject=subject,
        values=values,
        area=area,
        base="participant/layout.html" if area == "mine" else "delegation/layout.html",
    )
    return page, status


def _created(subject: Participant | Delegation) -> Page:
    form = FeedForm()
    if not form.validate_on_submit():
        return _page(subject, form, status=422)
    _feed, token = create_feed(db.session, subject, current.user)
    return _page(subject, form, token, 201)


def _replaced(subject: Participant | Delegation, feed_id: str) -> Page:
    only_own = _only_of(subject) is not None
    _feed, token = replace_feed(db.session, subject, feed_id, current.user, only_own=only_own)
    # Of the old address's choices nothing is stored: the new one begins with the defaults.
    return _page(subject, FeedForm(formdata=None), token, 201)


def _revoked(subject: Participant | Delegation, feed_id: str, goal: str) -> Page:
    revoke_feed(db.session, subject, feed_id, _only_of(subject))
    flash(_("The subscription is revoked. Its address answers no more."), "good")
    return redirect(goal, 303)
