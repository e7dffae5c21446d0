"""Files that answer the event's own questions: one's own, and those that others show."""

from __future__ import annotations

from flask import Response, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from scheduler.errors import Invalid, NotFound
from scheduler.extensions import db, limiter
from scheduler.models import Participant
from scheduler.queries.people.questions import OWN, SHOWN, file_of
from scheduler.queries.people.relationship import standing
from scheduler.services.people import answers as service
from scheduler.web import access
from scheduler.web.acting import also_on_behalf
from scheduler.web.answer_files import document_sent, served
from scheduler.web.participant.blueprint import blueprint
from scheduler.web.participant.limits import by_person
from scheduler.web.participant.profile import page_with
from scheduler.web.participant.round import round_id


@blueprint.post("/profile/answers/<question_id>")
@access.participant
@also_on_behalf("profile.file")
@limiter.limit("20 per minute", key_func=by_person)
def me_profile_file(event_slug: str, question_id: str) -> str | tuple[str, int] | AnyResponse:
    """Store the file that answers a question, or take it away (`remove`)."""
    me = access.this_participant()
    question = service.question_of_field(db.session, me, service.PREFIX + question_id)
    try:
        document = document_sent(question)
        service.set_file(db.session, access.this_participant(), question, document, access.this_event().now())
    except Invalid as error:
        return page_with(error)
    flash(_("The file is taken away.") if document is None else _("The file is saved."), "good")
    return redirect(url_for("participant.me_profile", event_slug=event_slug, _anchor="files"))


@blueprint.get("/profile/files/<file_id>")
@access.participant
def me_file(event_slug: str, file_id: str) -> Response:
    me = access.this_participant()
    return _file(me, file_id, own=True)


@blueprint.get("/people/<person_id>/files/<file_id>")
@access.participant
def people_file(event_slug: str, person_id: str, file_id: str) -> Response:
    """A file of somebody whom one may see, where the organiser lets others read the answers."""
    found = standing(db.session, access.this_participant(), person_id, round_id())
    if found is None:
        raise NotFound(_("There is nobody at this address whom you may meet."))
    return _file(found.person, file_id, own=False)


def _file(person: Participant, file_id: str, *, own: bool) -> Response:
    found = file_of(db.session, person, file_id, OWN if own else SHOWN)
    if found is None:
        raise NotFound(_("There is no such file."))
    return served(found)
