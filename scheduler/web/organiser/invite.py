"""Inviting people by mail, and letting others see them before they come in."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from scheduler.domain.messages import MessageKind
from scheduler.errors import NotAllowed
from scheduler.extensions import db
from scheduler.queries.people.invitations import Audience, audience
from scheduler.services.people import invitations as service
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.form_fields import said
from scheduler.web.mail_preview import preview
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.forms import InvitationForm
from scheduler.web.organiser.people import this_person
from scheduler.web.organiser.people_filter import filter_values, people_filter, those_one_may_change
from scheduler.web.organiser.permissions import may_show, require_change, signed_in_user
from scheduler.web.organiser.replies import organise


@blueprint.get("/people/invite")
@access.co_organiser
def people_invite(event_slug: str) -> str:
    """Who would get an invitation, and what it says: before anything is written."""
    event, wanted = this_event(), those_one_may_change()
    sample = {"before": 0, "organisation": _("their organisation")}
    groups = audience(db.session, event, wanted)
    return render_template(
        "organiser/invite.html",
        form=_whom(groups),
        groups=groups,
        filtered=not people_filter().empty,
        chosen=filter_values(),
        mail=preview(event, MessageKind.INVITATION, sample, _("(their name)")),
    )


def _whom(groups: Audience) -> InvitationForm:
    """Who may be meant, chosen so that somebody is."""
    form = InvitationForm(data={"whom": "first" if groups.first else "all"})
    first = ngettext(
        "One person who was never written to", "%(num)d people who were never written to", groups.first
    )
    again = ngettext(
        "Also a reminder to one person who was written to and has not come in",
        "Also a reminder to %(num)d people who were written to and have not come in",
        groups.again,
    )
    nobody = _("Nobody is left who was never written to")
    form.offer(first if groups.first else nobody, again if groups.again else "", none_first=not groups.first)
    return form


@blueprint.post("/people/invite")
@access.co_organiser
def people_invite_post(event_slug: str) -> Response:
    wanted = those_one_may_change()
    reminders = said(InvitationForm(request.form), "whom") == "all"
    count = service.invite(db.session, this_event(), wanted, signed_in_user(), reminders=reminders)
    if count:
        flash(
            ngettext("One invitation is on its way.", "%(num)d invitations are on their way.", count), "good"
        )
    else:
        flash(_("Nobody was written to: everybody was invited, came in, or wants no mail."))
    return redirect(organise("people", **filter_values()))


@blueprint.post("/people/show")
@access.co_organiser
def people_show_at_once(event_slug: str) -> Response:
    """Let others see the people of the filter before they come in."""
    _require_showing()
    count = service.show(db.session, this_event(), those_one_may_change(), signed_in_user())
    flash(
        ngettext("Others see one more person now.", "Others see %(num)d more people now.", count),
        "good",
    )
    return redirect(organise("people", **filter_values()))


@blueprint.post("/people/<person_id>/invite")
@access.co_organiser
def people_invite_one(event_slug: str, person_id: str) -> Response:
    person = this_person(person_id)
    actor = require_change(person)
    service.invite_one(db.session, this_event(), person, actor)
    flash(_("An invitation to %(name)s is on its way.", name=person.name), "good")
    return redirect(organise("people_show", person_id=person.public_id))


@blueprint.post("/people/<person_id>/show")
@access.co_organiser
def people_show_one(event_slug: str, person_id: str) -> Response:
    person = this_person(person_id)
    actor = require_change(person)
    _require_showing()
    service.show_one(db.session, this_event(), person, actor)
    flash(_("Others see %(name)s now.", name=person.name), "good")
    return redirect(organise("people_show", person_id=person.public_id))


def _require_showing() -> None:
    if not may_show():
        raise NotAllowed(_("At this event an organiser approves people before others see them."))
