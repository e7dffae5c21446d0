"""Inviting people by mail."""

from __future__ import annotations

from flask import flash, redirect
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from scheduler.domain.kinds import ParticipantState
from scheduler.extensions import db
from scheduler.models import Participant
from scheduler.services.audit import record
from scheduler.services.reminders import queue_invitations
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.organiser.authority import require_full
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.replies import organise


@blueprint.post("/people/invite")
@access.organiser
def people_invite(event_slug: str) -> Response:
    """Write to everybody who is invited and was not written to yet."""
    user, event = require_full(), this_event()
    waiting = db.session.scalars(
        select(Participant).where(
            Participant.event_id == event.id, Participant.state == ParticipantState.INVITED
        )
    ).all()
    count = queue_invitations(db.session, event, waiting)
    if count:
        record(db.session, event, user, "people.invite", "", count=count)
        flash(
            ngettext("One invitation is on its way.", "%(num)d invitations are on their way.", count), "good"
        )
    else:
        flash(_("Everybody who is invited was written to already."), "good")
    return redirect(organise("people"))
