"""Acting for a person: from their page on, and back to it."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from scheduler.web import access, acting, on_behalf
from scheduler.web.access import current
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.people import this_person
from scheduler.web.organiser.permissions import require_change
from scheduler.web.organiser.replies import organise


@blueprint.post("/people/<person_id>/act-for")
@access.co_organiser
def people_act_for(event_slug: str, person_id: str) -> Response:
    """Use the area of this person from now on, until one stops or the hour is over."""
    person = this_person(person_id)
    on_behalf.begin(person, require_change(person))
    return redirect(url_for("participant.now", event_slug=event_slug))


@blueprint.post("/people/stop-acting")
@access.co_organiser
def people_stop_acting(event_slug: str) -> Response:
    """Be oneself again. Where nobody is acted for any more, that is so already."""
    person = current.acts_for
    acting.end()
    if person is None:
        return redirect(organise("people"))
    flash(_("You no longer act for %(name)s.", name=person.name), "good")
    return redirect(organise("people_show", person_id=person.public_id))
