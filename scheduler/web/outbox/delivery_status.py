"""The organiser's view of the event's messages: what was sent, what needs somebody, which addresses are dead."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from scheduler.domain.messages import MessageState
from scheduler.errors import NotFound
from scheduler.extensions import db
from scheduler.mail.outbox import wall_clock
from scheduler.mail.send import revive, send_again
from scheduler.mail.status import mail_standing
from scheduler.models import OutboxMessage
from scheduler.queries.machine import machine
from scheduler.services.audit import record
from scheduler.web import access
from scheduler.web.access import current
from scheduler.web.labels.messages import WORDS
from scheduler.web.machine import notices
from scheduler.web.organiser.permissions import require_full
from scheduler.web.outbox.blueprint import blueprint


@blueprint.get("/e/<event_slug>/organise/mails")
@access.organiser
def standing(event_slug: str) -> str:
    """How the event's messages stand."""
    current.extra["area"] = "organiser"
    event = access.this_event()
    found = mail_standing(db.session, event)
    states = [state for state in MessageState if found.total(state)]
    room = machine(db.session, wall_clock(), event.id)
    return render_template(
        "outbox/standing.html",
        found=found,
        states=states,
        late=room.late,
        late_since=room.late_since and room.late_since - timedelta(seconds=event.clock_shift),
        machine_room=notices(room),
        **WORDS,
    )


@blueprint.post("/e/<event_slug>/organise/mails/<message_id>/again")
@access.organiser
def again(event_slug: str, message_id: str) -> Response:
    """Send a message again that failed, or of which nobody knows whether it arrived."""
    require_full()
    event = access.this_event()
    message = db.session.scalar(
        select(OutboxMessage).where(OutboxMessage.public_id == message_id, OutboxMessage.event_id == event.id)
    )
    if message is None:
        raise NotFound(_("There is no such message."))
    send_again(db.session, message)
    record(db.session, event, current.user, "mail.again", message.public_id, to=message.to_address)
    flash(_("The message to %(address)s is sent again.", address=message.to_address), "good")
    return redirect(url_for("outbox.standing", event_slug=event_slug), 303)


@blueprint.post("/e/<event_slug>/organise/mails/revive")
@access.organiser
def write_again(event_slug: str) -> Response:
    """Believe that a dead address works again."""
    require_full()
    address = request.form.get("address", "")
    revive(db.session, access.this_event(), address)
    record(db.session, access.this_event(), current.user, "mail.revive", address)
    flash(_("Mails to %(address)s are sent again.", address=address), "good")
    return redirect(url_for("outbox.standing", event_slug=event_slug), 303)
