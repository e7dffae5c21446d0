"""What a participant wants to receive, and the one-click way out that every mail carries (RFC 8058)."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from scheduler.domain.messages import ChangeMail
from scheduler.errors import NotFound
from scheduler.extensions import csrf, db, limiter
from scheduler.mail.outbox import preference_of, unsubscribe
from scheduler.models import DeadAddress, MessagePreference
from scheduler.rate_limits import network
from scheduler.web import access
from scheduler.web.access import current
from scheduler.web.acting import also_on_behalf
from scheduler.web.outbox.blueprint import blueprint


class MailForm(FlaskForm):
    """The choices about mails."""

    changes = RadioField(
        _l("Changes of my agenda"),
        choices=[
            SelectChoice(
                ChangeMail.AT_ONCE.value,
                _l("At once when it is within 48 hours, otherwise in the daily mail"),
            ),
            SelectChoice(ChangeMail.DAILY.value, _l("Only in the daily mail")),
            SelectChoice(ChangeMail.NEVER.value, _l("Not by mail")),
        ],
    )
    requests = RadioField(
        _l("Requests, answers to mine, and open calls"),
        choices=[
            SelectChoice(ChangeMail.AT_ONCE.value, _l("At once; several within an hour in one mail")),
            SelectChoice(ChangeMail.DAILY.value, _l("Once a day, at 18:00")),
            SelectChoice(ChangeMail.NEVER.value, _l("Not by mail")),
        ],
        # A page that was open before this choice existed does not send it: then it stays as it is.
        validators=[Optional()],
    )
    invitations = RadioField(
        _l("Calendar files in mails about changes"),
        choices=[
            SelectChoice("auto", _l("Yes, unless my calendar follows my agenda by itself")),
            SelectChoice("yes", _l("Always")),
            SelectChoice("no", _l("Never")),
        ],
    )
    reminders = BooleanField(
        _l("Reminders and announcements: a round closes, requests wait for an answer, news of the organisers")
    )
    tomorrow = BooleanField(_l("My agenda for tomorrow, every evening of the event"))


_FILES = {None: "auto", True: "yes", False: "no"}


@blueprint.get("/e/<event_slug>/me/mails")
@access.participant
def mails(event_slug: str) -> str:
    """The participant's choices, as they are."""
    current.extra["area"] = "participant"
    found = db.session.get(MessagePreference, access.this_participant().id)
    form = MailForm(
        changes=found.changes.value if found else ChangeMail.AT_ONCE.value,
        requests=found.requests.value if found else ChangeMail.AT_ONCE.value,
        invitations=_FILES[found.invitations if found else None],
        reminders=found.reminders if found else True,
        tomorrow=found.tomorrow if found else True,
    )
    return _page(form)


@blueprint.post("/e/<event_slug>/me/mails")
@access.participant
@also_on_behalf("mails.choose")
def mails_save(event_slug: str) -> str | tuple[str, int] | Response:
    current.extra["area"] = "participant"
    form = MailForm()
    if not form.validate_on_submit():
        return _page(form), 422
    found = preference_of(db.session, access.this_participant().id)
    found.changes = ChangeMail(form.changes.data)
    if form.requests.data:
        found.requests = ChangeMail(form.requests.data)
    found.invitations = {name: value for value, name in _FILES.items()}[form.invitations.data]
    found.reminders = bool(form.reminders.data)
    found.tomorrow = bool(form.tomorrow.data)
    flash(_("Saved. From now on you get the mails that you chose."), "good")
    return redirect(url_for("outbox.mails", event_slug=event_slug), 303)


def _page(form: MailForm) -> str:
    person = access.this_participant()
    dead = db.session.get(DeadAddress, person.email)
    return render_template("outbox/preferences.html", form=form, person=person, dead=dead)


@blueprint.get("/mails/unsubscribe/<key>")
@access.public
def way_out(key: str) -> str:
    """Asks first: programs that look at links must not unsubscribe anybody."""
    known = db.session.scalar(select(MessagePreference).where(MessagePreference.unsubscribe_key == key))
    if known is None:
        raise NotFound(_("This link is not valid. Choose your mails on your own page after signing in."))
    return render_template("outbox/unsubscribe.html", key=key, done=False)


def _key() -> str:
    return str((request.view_args or {}).get("key", ""))


@blueprint.post("/mails/unsubscribe/<key>")
@csrf.exempt
@limiter.limit("60 per minute", key_func=_key)
@limiter.limit("6000 per minute", key_func=network)
@access.public
def way_out_now(key: str) -> str:
    """The one click; mail programs make it without a session, so the key in the address is all there is.

    The servers of one provider do it for thousands of its readers at the same time.
    """
    if unsubscribe(db.session, key) is None:
        raise NotFound(_("This link is not valid. Choose your mails on your own page after signing in."))
    return render_template("outbox/unsubscribe.html", key=key, done=True)
