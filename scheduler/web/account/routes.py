"""The start page, signing in and out, and one's account."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from scheduler.config import keeps_mail
from scheduler.domain.enums import Role
from scheduler.extensions import db, limiter
from scheduler.mail import addresses
from scheduler.mail.secrets import TOKEN_PLACE
from scheduler.models import User
from scheduler.queries.accounts import events_of
from scheduler.rate_limits import network
from scheduler.services.accounts import sign_in_links
from scheduler.services.accounts.user_sessions import begin_session, end_all_sessions, end_session
from scheduler.services.people.taking_part import come_in
from scheduler.web import access, acting
from scheduler.web.access import current
from scheduler.web.account.forms import SignInForm, SignOutForm
from scheduler.web.account.limits import (
    FROM_DEVICE,
    FROM_NETWORK,
    TO_ADDRESS,
    by_device,
    by_target,
    remember_address,
    too_many_links,
)
from scheduler.web.account.rights import may_create
from scheduler.web.signed_in import SignedIn

blueprint = Blueprint("account", __name__)


@blueprint.get("/")
@access.public
def home() -> str | Response:
    if current.user is None:
        return render_template("account/welcome.html")
    events = events_of(db.session, current.user)
    shown = [row for row in events if not row.event.closed]
    closed = [row for row in events if row.event.closed and row.organises]
    if len(shown) == 1 and not closed:
        return redirect(url_for("account.event_home", event_slug=shown[0].event.slug))
    return render_template(
        "account/events.html", events=shown, closed=closed, may_create=may_create(current.user)
    )


@blueprint.get("/e/<event_slug>/")
@access.signed_in
def event_home(event_slug: str) -> str | Response:
    if current.is_organiser:
        return redirect(url_for("organiser.overview", event_slug=event_slug))
    if current.participant is not None:
        return redirect(url_for("participant.now", event_slug=event_slug))
    for role, endpoint in ((Role.DESK, "helpers.desk"), (Role.SPONSOR, "helpers.figures")):
        if role in current.roles:
            return redirect(url_for(endpoint, event_slug=event_slug))
    return render_template("account/no_role.html")


@blueprint.route("/account/sign-in", methods=["GET", "POST"])
@access.public
@limiter.limit(TO_ADDRESS, key_func=by_target, methods=("POST",), says=too_many_links)
@limiter.limit(FROM_DEVICE, key_func=by_device, methods=("POST",))
@limiter.limit(FROM_NETWORK, key_func=network, methods=("POST",))
def sign_in() -> str | tuple[str, int]:
    form = SignInForm()
    if not form.validate_on_submit():
        cookie.setdefault("device", secrets.token_hex(8))
        return render_template("account/sign_in.html", form=form), 422 if form.is_submitted() else 200
    now = datetime.now(UTC)
    address = addresses.clean_address(form.email.data or "")
    user = sign_in_links.user_by_address(db.session, address, now)
    if user is None and address in current_app.config["FOUNDERS"]:
        # Who may make the first event is nobody's participant yet.
        user = sign_in_links.add_user(db.session, address, "", now)
    if user is not None:
        mail_link(user, request.args.get("next", "/"), now)
    # The same answer whether the address is known or not: nobody learns who takes part.
    return render_template("account/link_sent.html", address=address)


def mail_link(user: User, destination: str, now: datetime) -> None:
    """Mail a sign-in link that leads to a path of this site."""
    minutes = int(current_app.config["SIGN_IN_MINUTES"])
    link = sign_in_links.new_link(db.session, user, destination, now, minutes)
    # Where mails are shown instead of being sent, the page of mails is where the link is handed over.
    token = link.token if keeps_mail(current_app.config) else TOKEN_PLACE
    target = current_app.config["BASE_URL"] + url_for("account.use_link", token=token)
    values = {"user": user, "address": target, "minutes": minutes}
    sign_in_links.queue_sign_in_mail(
        db.session,
        link,
        _("Your sign-in link for Expo Scheduler"),
        render_template("mail/sign_in.txt", **values),
        render_template("mail/sign_in.html", **values),
        now + timedelta(minutes=minutes),
    )


@blueprint.get("/account/sign-in/<token>")
@access.public
def use_link(token: str) -> str:
    # Mail scanners open links: only the button on this page spends it.
    link = sign_in_links.find_link(db.session, token, datetime.now(UTC))
    return render_template("account/use_link.html", user=link.user, token=token)


@blueprint.post("/account/sign-in/<token>")
@access.public
@limiter.limit(FROM_NETWORK, key_func=network)
def use_link_post(token: str) -> Response:
    now = datetime.now(UTC)
    user, destination = sign_in_links.use_link(db.session, token, now)
    come_in(db.session, user, destination)
    enter(user, now)
    return redirect(destination)


def enter(user: User, now: datetime) -> None:
    """Sign a user in on this device."""
    _end_this_session()
    login_user(SignedIn(user, begin_session(db.session, user, now)), remember=False)
    cookie.permanent = True
    remember_address(user.email)


@blueprint.post("/account/sign-out")
@access.signed_in
def sign_out() -> Response:
    if SignOutForm(request.form).everywhere.data and current.user is not None:
        end_all_sessions(db.session, current.user.id, datetime.now(UTC))
    _end_this_session()
    flash(_("You are signed out."), "good")
    answer = redirect(url_for("account.home"))
    # What the phone keeps for a hall without network is this person's; it goes with them.
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


def _end_this_session() -> None:
    """End the session in the database, not only in this browser: a copied cookie is worth nothing from now on."""
    if current_user.is_authenticated:
        end_session(db.session, current_user.secret)
    acting.end()
    logout_user()


@blueprint.get("/account/me")
@access.signed_in
def me() -> str:
    assert current.user is not None
    return render_template(
        "account/me.html",
        user=current.user,
        events=[row for row in events_of(db.session, current.user) if not row.event.closed],
        form=SignOutForm(),
        may_create=may_create(current.user),
    )
